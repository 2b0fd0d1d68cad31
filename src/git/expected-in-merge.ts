/** Whom a merged file may be encrypted to: those that the configuration of either side names. */
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { isSecretsError } from '../core/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import { wantedGroups } from '../project/differences.ts'
import type { Project } from '../project/model.ts'
import { rootRelative } from '../project/paths.ts'
import { readConfigNamed } from '../project/read-config-named.ts'
import type { GitObjects } from './git-objects.ts'
import { type FindConfig, treeConfigs } from './path-configs.ts'
import { isRebasing } from './rebase-state.ts'
import { type GitOptions, tryGit } from './run-git.ts'
import { trackedFile } from './tracked-file.ts'

/** What finding them needs. */
export interface ExpectedInMergeOptions {
  /** `cwd` is the top of the work tree. */
  readonly git: GitOptions
  readonly objects: Pick<GitObjects, 'readFirst'>
  /** The configuration of the work tree: ours, and once the merge has stopped, the merged one. */
  readonly config: FindConfig
  readonly keyring: Pick<Keyring, 'canonical' | 'known'>
  /** What git calls the other side. */
  readonly theirLabel: string | undefined
}

/** Finds those of canonical references that no configuration of either side names; none where no environment has the file. */
export type FindUnexpected = (references: readonly string[]) => Promise<readonly string[]>

/** Commits that git works on, by the names that it gives them until it is done. */
const HEADS = ['MERGE_HEAD', 'CHERRY_PICK_HEAD', 'REVERT_HEAD']

/**
 * How recipients of the merged file at `path` (relative to the top) are judged. While git merges, the work tree has our
 * configuration only; a recipient that their side let in, in file and configuration, is to be let in. Where their commit cannot be found (git
 * before 2.44, picking cherries) ours alone counts. The result throws `CONFIG_INVALID`, `BAD_RECIPIENT`.
 */
export function unexpectedInMerge(path: string, options: ExpectedInMergeOptions): FindUnexpected {
  return async (references) => {
    const ours = await options.config(path)
    const byOurs = await namedIn(ours, path, options)
    // The usual case, without a process of git.
    if (byOurs !== undefined && (await unnamed(references, byOurs, options)).length === 0) return []
    const byTheirs = await Promise.all(
      (await theirProjects(path, ours, options)).map((one) => namedIn(one, path, options)),
    )
    const known = [byOurs, ...byTheirs].flatMap((names) => (names === undefined ? [] : [names]))
    return known.length === 0 ? [] : unnamed(references, known.flat(), options)
  }
}

async function unnamed(
  references: readonly string[],
  expected: readonly string[],
  { keyring }: ExpectedInMergeOptions,
): Promise<readonly string[]> {
  const known = await keyring.known(references, expected)
  return references.filter((_, index) => !expected.includes(known[index] ?? ''))
}

async function theirProjects(
  path: string,
  ours: Project | undefined,
  options: ExpectedInMergeOptions,
): Promise<readonly (Project | undefined)[]> {
  const { git, theirLabel } = options
  const names = [...namesOfTheirs(git, theirLabel), ...(await rebased(git))]
  const commits = await Promise.all(names.map((name) => commitOf(name, git)))
  const known = [...new Set(commits.flatMap((commit) => commit ?? []))]
  return Promise.all(known.map((commit) => projectIn(commit, path, { ...options, ours })))
}

/** What is no configuration names nobody. */
async function projectIn(
  commit: string,
  path: string,
  { git, objects, ours }: ExpectedInMergeOptions & { readonly ours: Project | undefined },
): Promise<Project | undefined> {
  const top = git.cwd
  try {
    const project = await treeConfigs({ top, treeish: commit, objects, parse: readConfigNamed })(path)
    if (project !== undefined || ours?.source !== 'sops') return project
    const content = await objects.readFirst([`${commit}:${rootRelative(top, ours.file)}`])
    return content === undefined ? undefined : await readConfigNamed(content, ours.file)
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return undefined
  }
}

/** `git merge` names its heads in variables; a rebase writes `COMMIT (SUBJECT)` on their side of a conflict. */
function namesOfTheirs({ env }: GitOptions, label: string | undefined): readonly string[] {
  const merged = Object.keys(env).flatMap((name) => /^GITHEAD_([0-9a-f]{40,64})$/.exec(name)?.[1] ?? [])
  const [first] = label?.split(' ') ?? []
  const stash = label === 'Stashed changes' ? ['refs/stash'] : []
  return [...merged, ...(first === undefined || first === '' ? [] : [first]), ...stash, ...HEADS]
}

/** The commit that a rebase is at: the last line of what it has done (`git help rebase`, interactive mode). */
async function rebased(git: GitOptions): Promise<readonly string[]> {
  const { status, stdout } = await tryGit(['rev-parse', '--git-path', 'rebase-merge/done'], git)
  if (status !== 0) return []
  const done = await readFile(resolve(git.cwd, stdout.toString('utf8').trimEnd()), 'utf8').catch(() => '')
  const last = /^[a-z]+ (?:-[cC] )?([0-9a-f]{7,64})\b/.exec(done.trimEnd().split('\n').at(-1) ?? '')?.slice(1) ?? []
  return (await isRebasing(git)) ? ['REBASE_HEAD', ...last] : last
}

async function commitOf(name: string, git: GitOptions): Promise<string | undefined> {
  const { status, stdout } = await tryGit(
    ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`],
    git,
  )
  return status === 0 ? stdout.toString('latin1').trim() : undefined
}

async function namedIn(
  project: Project | undefined,
  path: string,
  { git, keyring }: ExpectedInMergeOptions,
): Promise<readonly string[] | undefined> {
  const environment = project && trackedFile(git.cwd, path, project).environment
  return project === undefined || environment === undefined
    ? undefined
    : (await wantedGroups(project, environment, keyring)).flat()
}
