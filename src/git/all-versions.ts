/** Every version of secret files that any branch or tag of a repository holds. */
import { isSecretsError } from '../core/errors.ts'
import type { PastVersion } from '../project/access/past-version.ts'
import { inParallel } from '../project/in-parallel.ts'
import { secretFileOf } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import { GitObjects } from './git-objects.ts'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'

/** Blobs that are read side by side. */
const PARALLEL = 8

/** Which files are meant. */
export interface AllVersionsOptions extends GitOptions {
  /** A path of the repository (relative to its root, `/`-separated) as a target; undefined for what is no secret file. */
  readonly targetOf: (path: string) => Promise<TargetFile | undefined>
  /** Commits that no reference leads to yet, but whose history counts too. */
  readonly tips?: readonly string[]
}

/** Revisions of all that there is: `HEAD`, branches, tags, what was fetched, the stash. */
export const ALL_COMMITS = '--all'

/** Whether older commits were left out when the repository was cloned. Throws `GIT_FAILED`. */
export async function isShallow(git: GitOptions): Promise<boolean> {
  const answer = await runGit(['rev-parse', '--is-shallow-repository'], git)
  return answer.toString('latin1').trim() === 'true'
}

/**
 * All encrypted versions of secret files in all commits that a reference leads to, the oldest first, each content of a path once: in
 * the first commit that has it. What is not encrypted, or cannot be understood, is left out. Throws `GIT_FAILED`.
 */
export async function allVersions({
  targetOf,
  tips = [],
  ...git
}: AllVersionsOptions): Promise<readonly PastVersion[]> {
  const blobs = await namedBlobs(git, tips, targetOf)
  const objects = new GitObjects(git)
  try {
    const read = await inParallel(blobs, PARALLEL, async ({ commit, date, object, target }) => {
      const bytes = await objects.readFirst([object])
      return bytes === undefined ? undefined : understood({ commit, date, target }, bytes)
    })
    return read.flatMap((version) => version ?? [])
  } finally {
    objects.close()
  }
}

interface NamedBlob {
  readonly commit: string
  readonly date: string
  readonly object: string
  readonly target: TargetFile
}

const HEADER = '\x1e'

/** A merge is compared with each of its parents, because a merge of values makes a content that no parent has. */
async function namedBlobs(
  git: GitOptions,
  tips: readonly string[],
  targetOf: AllVersionsOptions['targetOf'],
): Promise<readonly NamedBlob[]> {
  const format = '--format=tformat:%x1e%H %cI'
  const listing = ['--raw', '--no-abbrev', '--no-renames', '--diff-filter=d', '-m', '-z']
  const output = await runGit(
    ['log', ALL_COMMITS, ...tips, '--date-order', '--reverse', '--no-show-signature', ...listing, format],
    git,
  )
  const blobs = new Map<string, NamedBlob>()
  const targets = new Map<string, Promise<TargetFile | undefined>>()
  let [commit, date, object]: readonly string[] = ['', '', '']
  for (const field of nulSeparated(output).map((part) => part.replace(/^\n+/, ''))) {
    if (field.startsWith(HEADER)) [commit, date] = field.slice(1).trim().split(' ')
    else if (field.startsWith(':')) object = /^:\d+ 100\d+ \S+ (\S+)/.exec(field)?.[1]
    else if (object !== undefined && field !== '') {
      const known = targets.get(field) ?? targetOf(field)
      targets.set(field, known)
      const target = await known
      const key = `${object} ${field}`
      if (target !== undefined && !blobs.has(key)) {
        blobs.set(key, { commit: commit ?? '', date: date ?? '', object, target })
      }
      object = undefined
    }
  }
  return [...blobs.values()]
}

async function understood(
  { commit, date, target }: Omit<NamedBlob, 'object'>,
  bytes: Uint8Array,
): Promise<PastVersion | undefined> {
  // Most contents are told by a glance; a rule of sops may claim all files that there ever were.
  if (!Buffer.from(bytes).includes('sops')) return undefined
  try {
    const file = await secretFileOf(target, bytes)
    return file.sealed === undefined ? undefined : { commit, date, file }
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return undefined
  }
}
