/** Seals in git's history: which version of a file had one last. */
import { isSecretsError } from '../core/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import { isSealed, type SealedVersion } from '../project/seal/plan-seal.ts'
import { type SecretFile, secretFileOf } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import { fileHistory } from './file-history.ts'
import type { GitObjects } from './git-objects.ts'
import { type GitOptions, tryGit } from './run-git.ts'

/** What looking for a version needs. */
export interface LastSealedOptions {
  readonly git: GitOptions
  readonly objects: Pick<GitObjects, 'readFirst'>
  readonly keyring: Keyring
}

/**
 * The last committed version of a file whose seal is right, over renames; `path` is relative to the top of the work tree.
 * Undefined where no version has one that a key here opens. Throws `GIT_FAILED`.
 */
export async function lastSealedVersion(
  path: string,
  target: TargetFile,
  { git, objects, keyring }: LastSealedOptions,
): Promise<SealedVersion | undefined> {
  for (const commit of await fileHistory(path, 'HEAD', git)) {
    const bytes = await objects.readFirst([`${commit.id}:${commit.path}`])
    if (bytes === undefined || !bytes.includes('v1:')) continue
    const file = await understood(target, bytes)
    if (file !== undefined && (await isSealed(file, keyring))) return { commit: commit.id, date: commit.date, file }
  }
  return undefined
}

async function understood(target: TargetFile, bytes: Uint8Array): Promise<SecretFile | undefined> {
  try {
    return await secretFileOf(target, bytes)
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return undefined
  }
}

/** A line of a secret file that holds a seal, in any format, for git's `-G`. */
const SEAL_LINE = '(^|[^a-z])seal"?[ \t]*[:=][ \t]*"?v1:'

/** More paths than these are asked for without naming them: an argument list has an end. */
const MOST_NAMED = 500

const HEADER = '\x1e'

/**
 * The commits in which files last gained, changed or lost a seal, by path (relative to the top of the work tree): of a file without
 * one, where to look for who took it. Needs no key; empty where nothing was
 * committed yet. Throws `GIT_FAILED` without git.
 */
export async function lastSealChanges(paths: readonly string[], git: GitOptions): Promise<ReadonlyMap<string, string>> {
  if (paths.length === 0) return new Map()
  const wanted = new Set(paths)
  const named = paths.length > MOST_NAMED ? [] : ['--', ...paths.map((path) => `:(top,literal)${path}`)]
  const { stdout } = await tryGit(
    [
      'log',
      `-G${SEAL_LINE}`,
      '-E',
      '--no-textconv',
      '--no-ext-diff',
      '--no-show-signature',
      '--name-only',
      '-z',
      '--no-renames',
      `--format=tformat:${HEADER}%H`,
      'HEAD',
      ...named,
    ],
    git,
  )
  const found = new Map<string, string>()
  let commit = ''
  for (const field of stdout.toString('utf8').split(/\0|\n/)) {
    if (field.startsWith(HEADER)) commit = field.slice(1)
    else if (wanted.has(field) && !found.has(field)) found.set(field, commit)
  }
  return found
}
