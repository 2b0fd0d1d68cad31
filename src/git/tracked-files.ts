/** The secret files that git tracks, and which of them are in the work tree as git has them. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { Environment, Project } from '../project/model.ts'
import { checkOutNote, checkOutPaths, forgetCheckOut, noteCheckOut } from './interrupted-checkout.ts'
import { isIndexLocked } from './repository.ts'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'
import { trackedFile } from './tracked-file.ts'
import { otherGit } from './work-tree/index-lock.ts'

/** A secret file in the index. */
export interface IndexedFile {
  /** Relative to the top of the work tree, `/`-separated. */
  readonly path: string
  readonly oid: string
  readonly environment: Environment
}

/** Regular files (not links, not submodules) of these environments that are not in the middle of a merge. */
export async function indexedFiles(
  project: Project,
  environments: readonly Environment[],
  options: GitOptions,
): Promise<readonly IndexedFile[]> {
  const listed = nulSeparated(await runGit(['ls-files', '-z', '--stage'], options))
  return listed.flatMap((line) => {
    const [, oid = '', path = ''] = /^100\d{3} ([0-9a-f]+) 0\t(.*)$/su.exec(line) ?? []
    if (path === '') return []
    const { environment } = trackedFile(options.cwd, path, project)
    return environment !== undefined && environments.includes(environment) ? [{ path, oid, environment }] : []
  })
}

/** Of these files, those that lie in the work tree as the index has them, to the byte; and those that are not there at all. */
export async function sortByContent(
  files: readonly IndexedFile[],
  options: GitOptions,
): Promise<{ readonly same: readonly IndexedFile[]; readonly different: readonly IndexedFile[] }> {
  const missing = new Set(nulSeparated(await runGit(['ls-files', '-z', '--deleted'], options)))
  const present = files.filter(({ path }) => !missing.has(path))
  const hashes = await rawHashes(
    present.map(({ path }) => path),
    options,
  )
  return {
    same: present.filter(({ oid }, index) => oid === hashes[index]),
    different: present.filter(({ oid }, index) => oid !== hashes[index]),
  }
}

/** Of these files, those that `git add` would store differently. */
export async function modifiedFiles(
  files: readonly IndexedFile[],
  options: GitOptions,
): Promise<readonly IndexedFile[]> {
  // Fails for what is modified, and for nothing else that the next line would not say again.
  await runGit(['update-index', '-q', '--refresh'], options).catch(() => undefined)
  const modified = new Set(nulSeparated(await runGit(['diff-files', '-z', '--name-only'], options)))
  return files.filter(({ path }) => modified.has(path))
}

/**
 * Lets git write these files anew, which runs its filters. Git leaves a file alone that it believes to be unchanged, so that they
 * are removed first: only to be called for files whose content git has. What an interruption leaves undone is done by
 * `finishCheckOut`. Throws `GIT_FAILED`, before anything is removed where another git is at work.
 */
export async function checkOutAgain(files: readonly Pick<IndexedFile, 'path'>[], options: GitOptions): Promise<void> {
  if (files.length === 0) return
  const [isLocked, note] = await Promise.all([isIndexLocked(options), checkOutNote(options)])
  if (isLocked) throw otherGit()
  const paths = files.map(({ path }) => path)
  await noteCheckOut(paths, note)
  for (const path of paths) rmSync(join(options.cwd, path), { force: true })
  await checkOutPaths(paths, options)
  await forgetCheckOut(note)
}

/**
 * Stages the encrypted file that lies in the work tree, and lets git write it anew, in clear where the clone has it so. Throws
 * `GIT_FAILED`.
 */
export async function stageEncrypted(path: string, options: GitOptions): Promise<void> {
  await runGit(['--literal-pathspecs', 'add', '--', path], options)
  await checkOutAgain([{ path }], options)
}

async function rawHashes(paths: readonly string[], options: GitOptions): Promise<readonly string[]> {
  if (paths.length === 0) return []
  const plain = paths.filter((path) => !path.includes('\n'))
  // Git takes a name that begins with a quotation mark for a quoted one.
  const input = plain.map((path) => `./${path}\n`).join('')
  const output = await runGit(['hash-object', '--no-filters', '--stdin-paths'], { ...options, input })
  const hashes = new Map(
    output
      .toString('latin1')
      .split('\n')
      .map((hash, index) => [plain[index] ?? '', hash]),
  )
  return paths.map((path) => hashes.get(path) ?? '')
}
