/** Where a folder is in a git repository. */
import { access, realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { type GitOptions, runGit, tryGit } from './run-git.ts'

/** A repository, seen from a folder. */
export interface Repository {
  /** Absolute path of the top of the work tree, free of links; undefined in a bare repository and inside `.git`. */
  readonly top: string | undefined
  /** Absolute path of the folder that all work trees share. */
  readonly commonFolder: string
}

/** The repository around a folder; undefined where there is none. Throws `GIT_FAILED` without git. */
export async function findRepository(options: GitOptions): Promise<Repository | undefined> {
  const found = await tryGit(['rev-parse', '--git-common-dir'], options)
  return found.status === 0 ? repositoryAt(line(found.stdout), options) : undefined
}

/** The same for who cannot do without. Throws `GIT_FAILED` where there is none, with what git says. */
export async function requireRepository(options: GitOptions): Promise<Repository> {
  const found = await tryGit(['rev-parse', '--git-common-dir'], options)
  if (found.status === 0) return repositoryAt(line(found.stdout), options)
  throw new SecretsError('GIT_FAILED', 'this is no git repository', {
    hint: 'change to the repository, or make one with "git init"',
    details: found.stderr.split('\n').filter((text) => text !== ''),
  })
}

/** Absolute path of the folder that all work trees share, alone. Throws `GIT_FAILED` where there is no repository. */
export async function requireCommonFolder(options: GitOptions): Promise<string> {
  const path = await runGit(['rev-parse', '--git-common-dir'], options)
  return resolve(options.cwd, line(path))
}

/** The top of the work tree around a folder. Throws `GIT_FAILED` where there is none. */
export async function requireWorkTree(options: GitOptions): Promise<string> {
  const { top } = await requireRepository(options)
  if (top !== undefined) return top
  throw new SecretsError('GIT_FAILED', 'this repository has no work tree here', {
    hint: 'change to a work tree of it',
  })
}

async function repositoryAt(commonFolder: string, options: GitOptions): Promise<Repository> {
  const top = await tryGit(['rev-parse', '--show-toplevel'], options)
  return {
    top: top.status === 0 ? await realpath(line(top.stdout)) : undefined,
    commonFolder: resolve(options.cwd, commonFolder),
  }
}

/**
 * Whether git holds its index locked, for what it does now: it takes the lock before it reads the first file that it is to stage
 * (`add`, `commit -a`, `update-index`), and none to show differences. Throws `GIT_FAILED` where there is no repository.
 */
export async function isIndexLocked(options: GitOptions): Promise<boolean> {
  return access(`${await indexPath(options)}.lock`).then(
    () => true,
    () => false,
  )
}

/** Absolute path of the index of this work tree. Throws `GIT_FAILED` where there is no repository. */
export async function indexPath(options: GitOptions): Promise<string> {
  const other = options.env['GIT_INDEX_FILE'] ?? ''
  const path = other === '' ? line(await runGit(['rev-parse', '--git-path', 'index'], options)) : other
  return resolve(options.cwd, path)
}

/** One line of output; a path may end in a blank. */
function line(output: Buffer): string {
  return output.toString('utf8').replace(/\r?\n$/, '')
}
