import { realpath } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve, sep } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { type CommittedFile, findRepository, type GitPlace, type GitRepository } from './git-client.ts'
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

/** The repository around a folder. Throws `GIT_FAILED` where there is none, or no git. */
export async function requireRepository(place: GitPlace): Promise<GitRepository> {
  const repository = await findRepository(place)
  if (repository !== undefined) return repository
  throw new SecretsError('GIT_FAILED', 'this is no git repository', {
    hint: 'versions of files are compared with those that are committed: change into the repository, or "git init"',
  })
}

/** A revision with its files. `HEAD` of a repository without commits is empty. Throws `UNKNOWN_TARGET`, `GIT_FAILED`. */
export async function readRevision(repository: GitRepository, name: string): Promise<Revision> {
  const commit = await repository.commitOf(name)
  const root = resolve(repository.root)
  if (commit !== undefined) return { name, commit, root, files: await repository.filesOf(commit) }
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
