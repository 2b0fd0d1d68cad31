/** Which blobs commits and the index bring in, as `git diff-tree` and its kin tell it. */
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'

/** A regular file as git stores it; links and submodules hold no content of ours. */
export interface StoredFile {
  /** Relative to the top of the work tree, `/`-separated. */
  readonly path: string
  /** The name of its blob. */
  readonly object: string
  /** The commit that brought it in, where commits were looked through. */
  readonly commit?: string
}

/** Files of the index. What is in the middle of a merge is listed in `unmerged` alone. */
export interface IndexFiles {
  readonly files: readonly StoredFile[]
  readonly unmerged: readonly string[]
}

const FILE_IN_INDEX = /^100\d{3} ([0-9a-f]+) ([0-3])\t(.*)$/su

/** All files of the index that git would commit now (`GIT_INDEX_FILE` in the environment counts). */
export async function indexFiles(options: GitOptions): Promise<IndexFiles> {
  const files: StoredFile[] = []
  const unmerged = new Set<string>()
  for (const line of nulSeparated(await runGit(['ls-files', '-z', '--stage'], options))) {
    const [, object = '', stage = '', path = ''] = FILE_IN_INDEX.exec(line) ?? []
    if (path === '') continue
    if (stage === '0') files.push({ path, object })
    else unmerged.add(path)
  }
  return { files, unmerged: [...unmerged] }
}

/**
 * Files of the index that the next commit brings in: what differs from the last commit. `--amend` replaces that commit, and git
 * tells no hook so; therefore what it brought in counts too, as long as no remote has it.
 */
export async function stagedFiles(options: GitOptions): Promise<readonly StoredFile[]> {
  const head = await commitNamed('HEAD', options)
  const bases = head === undefined ? [await emptyTree(options)] : [head, ...(await amendedBases(head, options))]
  const lists = await Promise.all(bases.map((base) => changedSince(base, options)))
  return [...new Map(lists.flat().map((file) => [file.path, file])).values()]
}

/**
 * Files that commits bring in, in the order of the commits, each content at a path once. `revisions` are for `git rev-list`; of the
 * files, those that `pathspecs` name, all by default.
 */
export async function committedFiles(
  revisions: readonly string[],
  options: GitOptions,
  pathspecs: readonly string[] = [],
): Promise<readonly StoredFile[]> {
  const input = await runGit(['rev-list', '--reverse', '--topo-order', ...revisions], options)
  if (input.length === 0) return []
  const args = ['diff-tree', '--stdin', '-z', '--raw', '--root', '-r', '-m', '--no-renames', '--no-abbrev']
  const found = changes(await runGit([...args, '--', ...pathspecs], { ...options, input }))
  const first = new Map<string, StoredFile>()
  for (const file of found) {
    const key = `${file.object} ${file.path}`
    if (!first.has(key)) first.set(key, file)
  }
  return [...first.values()]
}

/** All files of a commit. Throws `GIT_FAILED`. */
export async function treeFiles(commit: string, options: GitOptions): Promise<readonly StoredFile[]> {
  const listed = nulSeparated(await runGit(['ls-tree', '-r', '-z', '--full-tree', commit], options))
  return listed.flatMap((line) => {
    const [, object, path] = /^100\d{3} blob ([0-9a-f]+)\t(.*)$/su.exec(line) ?? []
    return object === undefined || path === undefined ? [] : [{ path, object }]
  })
}

/** The id of the commit that a revision names; undefined when it names none. */
export async function commitNamed(revision: string, options: GitOptions): Promise<string | undefined> {
  const args = ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`]
  const { status, stdout } = await tryGit(args, options)
  return status === 0 ? stdout.toString('latin1').trim() : undefined
}

async function amendedBases(head: string, options: GitOptions): Promise<readonly string[]> {
  const pushed = await runGit(['for-each-ref', '--count=1', `--contains=${head}`, 'refs/remotes'], options)
  if (pushed.length > 0) return []
  return [(await commitNamed(`${head}^`, options)) ?? (await emptyTree(options))]
}

/** Its name depends on the hash that the repository uses. */
async function emptyTree(options: GitOptions): Promise<string> {
  const hashed = await runGit(['hash-object', '-t', 'tree', '--stdin'], { ...options, input: '' })
  return hashed.toString('latin1').trim()
}

async function changedSince(base: string, options: GitOptions): Promise<readonly StoredFile[]> {
  const args = ['diff-index', '--cached', '-z', '--raw', '--no-renames', '--no-abbrev', '--diff-filter=d', base, '--']
  return changes(await runGit(args, options))
}

/** `:OLDMODE MODE OLDOBJECT OBJECT STATUS`, then the path; commits stand before theirs. */
const CHANGE = /^:\d+ (\d+) [0-9a-f]+ ([0-9a-f]+) [A-Z]/

function changes(output: Uint8Array): readonly StoredFile[] {
  const files: StoredFile[] = []
  const parts = nulSeparated(output)
  let commit: string | undefined
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index] ?? ''
    const [, mode = '', object = ''] = CHANGE.exec(part) ?? []
    if (object === '') {
      commit = part
      continue
    }
    index += 1
    const path = parts[index] ?? ''
    if (!mode.startsWith('100') || /^0+$/.test(object)) continue
    files.push({ path, object, ...(commit === undefined ? {} : { commit }) })
  }
  return files
}
