import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { type CommittedFile, type GitPlace, gitHistory } from './git-client.ts'
import { GitObjects } from './git-objects.ts'

/** A commit, and the files in it. */
export interface Revision {
  /** As it was named. */
  readonly name: string
  /** Undefined for the first commit that is still to come: nothing was there before. */
  readonly commit: string | undefined
  /** Absolute path of the root of the work tree. */
  readonly root: string
  readonly files: readonly CommittedFile[]
}

/** A revision with its files; `cwd` is the top of the work tree. `HEAD` of a repository without commits is empty. Throws `UNKNOWN_TARGET`, `GIT_FAILED`. */
export async function readRevision(name: string, place: GitPlace): Promise<Revision> {
  const history = gitHistory(place)
  const commit = await history.commitOf(name)
  const root = resolve(place.cwd)
  if (commit !== undefined) return { name, commit, root, files: await history.filesOf(commit) }
  if (name === 'HEAD') return { name, commit, root, files: [] }
  throw new SecretsError('UNKNOWN_TARGET', `git knows no revision ${name}`, { hint: 'git log lists commits' })
}

/** Where a path of the work tree would be in a commit: relative to the root, links in its folder followed, `/`-separated. */
export async function pathInRepository(root: string, path: string): Promise<string> {
  const folder = await realpath(dirname(path)).catch(() => dirname(path))
  return relative(root, join(folder, basename(path)))
    .split(sep)
    .join('/')
}

/** The contents of files of a commit, all from one git. Throws `GIT_FAILED`. */
export async function readCommitted(files: readonly CommittedFile[], place: GitPlace): Promise<readonly Uint8Array[]> {
  const objects = new GitObjects(place)
  try {
    return await Promise.all(
      files.map(async ({ object, path }) => (await objects.readFirst([object])) ?? missing(path)),
    )
  } finally {
    objects.close()
  }
}

function missing(path: string): never {
  throw new SecretsError('GIT_FAILED', 'git lacks the content of a file', {
    place: { file: path },
    hint: 'this may be a partial clone: git fetch',
  })
}
