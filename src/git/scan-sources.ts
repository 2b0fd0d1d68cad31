/** What `secrets scan` looks into, and where it takes the values from. */
import { encryptedAs } from '../formats/encrypted-as.ts'
import { inParallel } from '../project/in-parallel.ts'
import { type SecretFile, secretFileOf } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import { committedFiles, indexFiles, type StoredFile, stagedFiles, treeFiles } from './changed-files.ts'
import { isSecretFile } from './content-problems.ts'
import type { GitObjects } from './git-objects.ts'
import type { FindConfig } from './path-configs.ts'
import { type GitOptions, nulSeparated, tryGit } from './run-git.ts'
import { trackedFile } from './tracked-file.ts'

/** Which contents are looked into: staged, all of the index, or all that any commit of any branch or tag holds. */
export type ScanRange = 'staged' | 'all' | 'history'

/** What looking needs. */
export interface ScanSources {
  /** `cwd` is the top of the work tree. */
  readonly git: GitOptions
  readonly objects: Pick<GitObjects, 'readFirst'>
  readonly config: FindConfig
}

const PARALLEL = 8

/** The encrypted files of the index, or of a commit. Files that cannot be read as such are for `check` to tell. */
export async function encryptedFiles(
  { git, objects, config }: ScanSources,
  isWanted?: (file: TargetFile) => boolean,
  commit?: string,
): Promise<readonly SecretFile[]> {
  const searched = ['-l', '-z', '-F', '-e', 'ENC[AES256_GCM,']
  const where = commit === undefined ? ['--cached', ...searched] : [...searched, commit]
  // Status 1 says that there are none. In a commit, names follow its own.
  const { stdout } = await tryGit(['grep', '--no-color', ...where], git)
  const found = nulSeparated(stdout)
  const names = new Set(commit === undefined ? found : found.map((name) => name.slice(commit.length + 1)))
  const all = commit === undefined ? (await indexFiles(git)).files : await treeFiles(commit, git)
  const files = all.filter(({ path }) => names.has(path))
  const read = await inParallel(files, PARALLEL, async ({ path, object }) => {
    const target = trackedFile(git.cwd, path, await config(path))
    const bytes = await objects.readFirst([object])
    if (isWanted?.(target) === false || bytes === undefined) return []
    if (encryptedAs(bytes, 'binary') === undefined) return []
    const file = await secretFileOf(target, bytes).catch(() => undefined)
    return file?.sealed === undefined ? [] : [file]
  })
  return read.flat()
}

/** Calls `look` with each content that is no secret file; in the history, also with secret files that are not encrypted. */
export async function eachScanned(
  range: ScanRange,
  { git, objects, config }: ScanSources,
  look: (file: StoredFile, content: Uint8Array) => void | Promise<void>,
): Promise<number> {
  const files = await filesIn(range, git)
  const seen = await inParallel(files, PARALLEL, async (file) => {
    const content = await objects.readFirst([file.object])
    if (content === undefined || content.length === 0 || encryptedAs(content, 'binary') !== undefined) return 0
    if (range !== 'history' && isSecretFile(trackedFile(git.cwd, file.path, await config(file.path)), content)) return 0
    await look(file, content)
    return 1
  })
  return seen.reduce((sum: number, one) => sum + one, 0)
}

async function filesIn(range: ScanRange, git: GitOptions): Promise<readonly StoredFile[]> {
  if (range === 'staged') return stagedFiles(git)
  return range === 'all' ? (await indexFiles(git)).files : committedFiles(['--all'], git)
}
