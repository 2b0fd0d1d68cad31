/** Changing what git has staged without touching the work tree. */
import { SecretsError } from '../core/errors.ts'
import { inParallel } from '../project/in-parallel.ts'
import { GitObjects } from './git-objects.ts'
import { pathInRepository } from './revision.ts'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'

/** A file of the index that is to have another content. */
export interface StagedContent {
  /** Absolute path of the file in the work tree. */
  readonly path: string
  readonly content: Uint8Array
  /** What the index must still have. */
  readonly expects: Uint8Array
}

/** Takes back what was staged, unless somebody staged something else since. */
export type Unstage = () => Promise<void>

/**
 * Puts contents into the index, all or none; `cwd` is the top of the work tree. Throws `FILE_CHANGED` where the index has
 * something else by now, and `GIT_FAILED`, for instance while another git holds the index.
 */
export async function stageContents(contents: readonly StagedContent[], git: GitOptions): Promise<Unstage> {
  const changes = await prepare(contents, git)
  await updateIndex(
    changes.map(({ name, after }) => ({ name, ...after })),
    git,
  )
  return async () => {
    const now = await indexEntries(git)
    const ours = changes.filter(({ name, after }) => now.get(name)?.oid === after.oid)
    await updateIndex(
      ours.map(({ name, before }) => ({ name, ...before })),
      git,
    )
  }
}

/** Blobs that are written side by side, each by a process. */
const PARALLEL = 8

interface PreparedChange {
  readonly name: string
  readonly before: IndexEntry
  readonly after: IndexEntry
}

async function prepare(contents: readonly StagedContent[], git: GitOptions): Promise<readonly PreparedChange[]> {
  const entries = await indexEntries(git)
  const objects = new GitObjects(git)
  try {
    return await inParallel(contents, PARALLEL, async ({ path, content, expects }) => {
      const name = await pathInRepository(git.cwd, path)
      const before = entries.get(name)
      const present = await objects.readFirst([`:0:${name}`])
      if (before === undefined || present?.equals(expects) !== true) throw changedMeanwhile(path)
      return { name, before, after: { mode: before.mode, oid: await writeBlob(content, git) } }
    })
  } finally {
    objects.close()
  }
}

interface IndexEntry {
  readonly mode: string
  readonly oid: string
}

async function indexEntries(git: GitOptions): Promise<ReadonlyMap<string, IndexEntry>> {
  const lines = nulSeparated(await runGit(['ls-files', '-z', '--stage'], git))
  return new Map(
    lines.flatMap((line): [string, IndexEntry][] => {
      const [, mode = '', oid = '', name = ''] = /^(100\d{3}) ([0-9a-f]+) 0\t(.*)$/su.exec(line) ?? []
      return name === '' ? [] : [[name, { mode, oid }]]
    }),
  )
}

async function writeBlob(content: Uint8Array, git: GitOptions): Promise<string> {
  const written = await runGit(['hash-object', '-w', '--no-filters', '--stdin'], { ...git, input: content })
  return written.toString('latin1').trim()
}

/** One call of git, which exchanges the whole index or leaves it. */
async function updateIndex(
  entries: readonly (IndexEntry & { readonly name: string })[],
  git: GitOptions,
): Promise<void> {
  if (entries.length === 0) return
  const input = entries.map(({ mode, oid, name }) => `${mode} ${oid} 0\t${name}\0`).join('')
  await runGit(['update-index', '-z', '--index-info'], { ...git, input })
}

function changedMeanwhile(path: string): SecretsError {
  return new SecretsError('FILE_CHANGED', 'what git has of the file was changed in the meantime; nothing was written', {
    place: { file: path },
    hint: 'run the command again',
  })
}
