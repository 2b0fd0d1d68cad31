/** The three versions of a file that a merge left in conflict, or that was merged line by line without our driver. */
import { SecretsError } from '../core/errors.ts'
import { shellWord } from '../project/check-problem.ts'
import { GitObjects } from './git-objects.ts'
import type { Versions } from './merge-versions.ts'
import { isRebasing } from './rebase-state.ts'
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'

/** Paths, relative to the top of the work tree and `/`-separated, that the index has in conflict. Throws `GIT_FAILED`. */
export async function conflictedPaths(git: GitOptions): Promise<readonly string[]> {
  const stages = nulSeparated(await runGit(['ls-files', '--unmerged', '--full-name', '-z', ':/'], git))
  return [...new Set(stages.map((stage) => stage.slice(stage.indexOf('\t') + 1)))]
}

/**
 * What was to be merged into the file `path` (relative to the top): as the index has it in conflict, else of the merge, cherry-pick,
 * revert or rebase that is going on, else of the last merge commit, if `current` is what that made of the file. Undefined when
 * there is none of these. Throws `GIT_FAILED`, and `FILE_NOT_FOUND` where one side removed the file.
 */
export async function conflictedVersions(
  path: string,
  current: Uint8Array,
  git: GitOptions,
): Promise<Versions<Uint8Array> | undefined> {
  const objects = new GitObjects(git)
  try {
    const read = (name: string | undefined): Promise<Uint8Array | undefined> =>
      name === undefined ? Promise.resolve(undefined) : objects.readFirst([name])
    const names =
      (await stagesOf(path, git)) ?? (await goingOn(path, git)) ?? (await lastMerge(path, { current, read }, git))
    if (names === undefined) return undefined
    const [base, ours, theirs] = await Promise.all([read(names.base), read(names.ours), read(names.theirs)])
    if (ours !== undefined && theirs !== undefined) return { base, ours, theirs }
    throw removed(path, ours === undefined)
  } finally {
    objects.close()
  }
}

/** Names of blobs as `git cat-file` takes them. */
interface VersionNames {
  readonly base: string | undefined
  readonly ours: string | undefined
  readonly theirs: string | undefined
}

async function stagesOf(path: string, git: GitOptions): Promise<VersionNames | undefined> {
  const lines = nulSeparated(await runGit(['ls-files', '--unmerged', '-z', '--', `:(top,literal)${path}`], git))
  const stages = new Map(
    lines.flatMap((line) => {
      const match = /^\d+ ([0-9a-f]+) ([123])\t/.exec(line)
      return match === null ? [] : [[match[2], match[1]] as const]
    }),
  )
  return stages.size === 0 ? undefined : { base: stages.get('1'), ours: stages.get('2'), theirs: stages.get('3') }
}

/** What git calls the commit that it is working on, and where that and its base are (`git help revisions`). */
const STARTED = [
  { head: 'MERGE_HEAD', theirs: 'MERGE_HEAD', base: undefined },
  { head: 'CHERRY_PICK_HEAD', theirs: 'CHERRY_PICK_HEAD', base: 'CHERRY_PICK_HEAD^' },
  { head: 'REVERT_HEAD', theirs: 'REVERT_HEAD^', base: 'REVERT_HEAD' },
  { head: 'REBASE_HEAD', theirs: 'REBASE_HEAD', base: 'REBASE_HEAD^' },
] as const

async function goingOn(path: string, git: GitOptions): Promise<VersionNames | undefined> {
  for (const { head, theirs, base } of STARTED) {
    if ((await commitOf(head, git)) === undefined) continue
    if (head === 'REBASE_HEAD' && !(await isRebasing(git))) continue
    const ancestor = base ?? (await mergeBase('HEAD', theirs, git))
    return { base: at(ancestor, path), ours: `HEAD:${path}`, theirs: `${theirs}:${path}` }
  }
  return undefined
}

interface Present {
  readonly current: Uint8Array
  readonly read: (name: string) => Promise<Uint8Array | undefined>
}

async function lastMerge(path: string, { current, read }: Present, git: GitOptions): Promise<VersionNames | undefined> {
  const args = [
    'rev-list',
    '--merges',
    '--full-history',
    '--max-count=1',
    '--parents',
    'HEAD',
    '--',
    `:(top,literal)${path}`,
  ]
  const { status, stdout } = await tryGit(args, git)
  const [merge, ours, theirs, ...more] = stdout.toString('utf8').trim().split(' ')
  if (status !== 0 || merge === undefined || ours === undefined || theirs === undefined || more.length > 0)
    return undefined
  const made = await read(`${merge}:${path}`)
  // What was changed after the merge would be lost.
  if (made === undefined || Buffer.compare(made, current) !== 0) return undefined
  return { base: at(await mergeBase(ours, theirs, git), path), ours: `${ours}:${path}`, theirs: `${theirs}:${path}` }
}

function at(commit: string | undefined, path: string): string | undefined {
  return commit === undefined ? undefined : `${commit}:${path}`
}

async function commitOf(name: string, git: GitOptions): Promise<string | undefined> {
  const { status, stdout } = await tryGit(['rev-parse', '--verify', '--quiet', `${name}^{commit}`], git)
  return status === 0 ? stdout.toString('utf8').trim() : undefined
}

async function mergeBase(ours: string, theirs: string, git: GitOptions): Promise<string | undefined> {
  const { status, stdout } = await tryGit(['merge-base', ours, theirs], git)
  return status === 0 ? stdout.toString('utf8').trim() : undefined
}

function removed(path: string, byUs: boolean): SecretsError {
  return new SecretsError(
    'FILE_NOT_FOUND',
    `the file was removed by ${byUs ? 'us' : 'them'} and changed by ${byUs ? 'them' : 'us'}`,
    {
      place: { file: path },
      hint: `keep it with: git add ${shellWord(path)}; or remove it with: git rm ${shellWord(path)}`,
    },
  )
}
