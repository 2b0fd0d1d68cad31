/**
 * Decrypting files in the work tree without a checkout: git and its filter take turns over each file, which costs more than
 * decrypting it. Where there is anything to it that git alone knows how to do, git does it.
 */
import { readFile } from 'node:fs/promises'
import type { Filters } from '../filter-protocol.ts'
import { checkOutNote, forgetCheckOut, noteCheckOut } from '../interrupted-checkout.ts'
import { indexPath } from '../repository.ts'
import type { GitOptions } from '../run-git.ts'
import { checkOutAgain } from '../tracked-files.ts'
import { readIndexFile } from './index-file.ts'
import { replaceFiles } from './replace-files.ts'
import { type SmudgedFile, smudgeFiles } from './smudge-files.ts'
import { type NamedBlob, StoredFiles } from './stored-files.ts'

/** Bytes in clear that are kept before they are written: the index is locked, and written, once for each such part. */
const PART_BYTES = 64 * 1024 * 1024

/** What decrypting needs. `cwd` is the top of the work tree. */
export interface DecryptOptions extends GitOptions {
  /** Absent where git has to do it. */
  readonly filters: Filters | undefined
  /** What has looked at these files. */
  readonly tree: StoredFiles
  readonly places: Places
}

/** Absolute paths of files that git has for this work tree. */
export interface Places {
  readonly index: string
  /** Where files are noted that are being written. */
  readonly note: string
}

/** Finds them. Throws `GIT_FAILED`. */
export async function findPlaces(git: GitOptions): Promise<Places> {
  const [index, note] = await Promise.all([indexPath(git), checkOutNote(git)])
  return { index, note }
}

/**
 * Decrypts files that lie in the work tree as git has them, and gives the paths of those that are in clear now. Throws `GIT_FAILED` where
 * another git is at work, `WRITE_FAILED`.
 */
export async function decryptFiles(files: readonly NamedBlob[], options: DecryptOptions): Promise<readonly string[]> {
  const { filters, tree, places, cwd, env } = options
  const git = { cwd, env }
  const [first] = files
  if (first === undefined) return []
  const isKnown = readIndexFile(await readFile(places.index), first.oid.length / 2) !== undefined
  if (filters === undefined || !isKnown) return decryptByGit(files, git)
  const written: string[] = []
  let [part, bytes]: [SmudgedFile[], number] = [[], 0]
  for await (const file of smudgeFiles(files, { tree, filters })) {
    part.push(file)
    bytes += file.plain.length
    if (bytes < PART_BYTES) continue
    written.push(...(await writePart(part, places, git)))
    ;[part, bytes] = [[], 0]
  }
  return [...written, ...(await writePart(part, places, git))]
}

async function decryptByGit(files: readonly NamedBlob[], git: GitOptions): Promise<readonly string[]> {
  await checkOutAgain(files, git)
  const now = new StoredFiles(git.cwd)
  return files.filter((file) => now.find(file) === 'different').map(({ path }) => path)
}

/** What an interruption leaves undone is done by `finishCheckOut`. */
async function writePart(
  part: readonly SmudgedFile[],
  { index, note }: Places,
  git: GitOptions,
): Promise<readonly string[]> {
  if (part.length === 0) return []
  await noteCheckOut(
    part.map(({ path }) => path),
    note,
  )
  const written = replaceFiles(part, { top: git.cwd, index })
  if (written === undefined) return decryptByGit(part, git)
  await forgetCheckOut(note)
  return written
}
