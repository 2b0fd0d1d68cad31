/** The commits that changed one file, as the graph that git makes of them, over renames. */
import { SecretsError } from '../core/errors.ts'
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'

/** A commit that changed the file. */
export interface FileCommit {
  readonly id: string
  /** The commits that changed the file before it; several of a merge. */
  readonly parents: readonly string[]
  readonly author: string
  readonly email: string
  /** When it was written, as RFC 3339 with the author's own offset. */
  readonly date: string
  readonly subject: string
  /** The file's path in it, relative to the top of the work tree and `/`-separated. */
  readonly path: string
}

/** More renames than any file has. */
const MOST_RENAMES = 20

const FIELDS = ['%H', '%P', '%an', '%ae', '%aI', '%s']
const SEPARATOR = '\x1f'

/**
 * The commits that changed `path`, children before parents, from `revision` on. Empty for a file that was never committed. Throws
 * `GIT_FAILED`.
 */
export async function fileHistory(path: string, revision: string, git: GitOptions): Promise<readonly FileCommit[]> {
  const commits: FileCommit[] = [...(await namedHistory(path, revision, git))]
  const names = new Set([path])
  while (names.size < MOST_RENAMES) {
    const renamed = await firstRename(commits, names, git)
    if (renamed === undefined) break
    names.add(renamed.from)
    const earlier = await namedHistory(renamed.from, `${renamed.commit.id}^`, git)
    const [latest] = earlier
    commits.splice(commits.indexOf(renamed.commit), 1, {
      ...renamed.commit,
      parents: latest === undefined ? [] : [latest.id],
    })
    const known = new Set(commits.map(({ id }) => id))
    commits.push(...earlier.filter(({ id }) => !known.has(id)))
  }
  return commits
}

async function namedHistory(path: string, revision: string, git: GitOptions): Promise<readonly FileCommit[]> {
  if (revision.startsWith('-')) throw new SecretsError('UNKNOWN_TARGET', `git knows no revision ${revision}`)
  const format = `--format=tformat:${FIELDS.join('%x1f')}`
  const args = ['log', '--topo-order', '--parents', '--no-show-signature', '-z', format, revision]
  const output = await runGit([...args, '--', `:(top,literal)${path}`], git).catch(async (error: unknown) => {
    if (revision === 'HEAD' && (await isUnborn(git))) return Buffer.alloc(0)
    throw error
  })
  return nulSeparated(output).map((line) => {
    const [id = '', parents = '', author = '', email = '', date = '', subject = ''] = line.split(SEPARATOR)
    return { id, parents: parents.split(' ').filter((parent) => parent !== ''), author, email, date, subject, path }
  })
}

/** Whether the first commit is still to come. */
async function isUnborn(git: GitOptions): Promise<boolean> {
  return (await tryGit(['rev-parse', '--verify', '--quiet', 'HEAD'], git)).status === 1
}

/** The first commit without earlier ones that made the file of another one. */
async function firstRename(
  commits: readonly FileCommit[],
  names: ReadonlySet<string>,
  git: GitOptions,
): Promise<{ readonly commit: FileCommit; readonly from: string } | undefined> {
  for (const commit of commits.filter(({ parents }) => parents.length === 0)) {
    const args = ['show', '--format=', '--name-status', '--find-renames', '--diff-filter=R', '-z', commit.id]
    const fields = nulSeparated(await runGit(args, git))
    const at = fields.findIndex((field, index) => field === commit.path && /^R\d+$/.test(fields[index - 2] ?? ''))
    const from = at === -1 ? undefined : fields[at - 1]
    if (from !== undefined && !names.has(from)) return { commit, from }
  }
  return undefined
}
