/** Files that lie in clear in a work tree and encrypted in git, whatever a configuration says of them. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { GitObjects } from './git-objects.ts'
import { DRIVER } from './local-config.ts'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'

/** A file by its place in the index. */
interface IndexEntry {
  /** Relative to the top of the work tree, `/`-separated. */
  readonly path: string
  readonly oid: string
}

/**
 * Files that our filter encrypts for git: without it git would store them as they lie there. `modified` has changes that git
 * does not have, `same` has none. `cwd` is the top of the work tree. Throws `GIT_FAILED`.
 */
export async function filesInClear(
  git: GitOptions,
): Promise<{ readonly same: readonly IndexEntry[]; readonly modified: readonly IndexEntry[] }> {
  const files = await encryptedInGit(await inClear(await filteredEntries(git), git), git)
  if (files.length === 0) return { same: [], modified: [] }
  // Fails for what is modified, and for nothing else that the next line would not say again.
  await runGit(['update-index', '-q', '--refresh'], git).catch(() => undefined)
  const changed = new Set(nulSeparated(await runGit(['diff-files', '-z', '--name-only'], git)))
  return {
    same: files.filter(({ path }) => !changed.has(path)),
    modified: files.filter(({ path }) => changed.has(path)),
  }
}

async function filteredEntries(git: GitOptions): Promise<readonly IndexEntry[]> {
  const listed = nulSeparated(await runGit(['ls-files', '-z', '--stage'], git))
  const entries = listed.flatMap((line) => {
    const [, oid = '', path = ''] = /^100\d{3} ([0-9a-f]+) 0\t(.*)$/su.exec(line) ?? []
    return path === '' ? [] : [{ path, oid }]
  })
  const input = entries.map(({ path }) => `${path}\0`).join('')
  const answers = nulSeparated(await runGit(['check-attr', '-z', '--stdin', 'filter'], { ...git, input }))
  return entries.filter((_, index) => answers[index * 3 + 2] === DRIVER)
}

async function inClear(entries: readonly IndexEntry[], { cwd }: GitOptions): Promise<readonly IndexEntry[]> {
  const found: IndexEntry[] = []
  for (const entry of entries) {
    const content = await readFile(join(cwd, entry.path)).catch(() => undefined)
    if (content !== undefined && content.length > 0 && encryptedAs(content, '') === undefined) found.push(entry)
  }
  return found
}

async function encryptedInGit(entries: readonly IndexEntry[], git: GitOptions): Promise<readonly IndexEntry[]> {
  const objects = new GitObjects(git)
  const found: IndexEntry[] = []
  try {
    for (const entry of entries) {
      const blob = await objects.readFirst([entry.oid])
      if (blob !== undefined && encryptedAs(blob, '') !== undefined) found.push(entry)
    }
  } finally {
    objects.close()
  }
  return found
}
