/** Which commit changed which entries of a file. */
import { allEntries, diffEntries, type EntryDifference } from '../project/diff-entries.ts'
import type { FileVersion } from '../project/file-version.ts'
import type { CommittedVersions } from './committed-versions.ts'
import type { FileCommit } from './file-history.ts'

/** A commit and the entries of the file that it changed; of a merge, those that are like in none of its parents. */
export interface LoggedCommit {
  readonly commit: FileCommit
  readonly entries: readonly EntryDifference[]
}

/** The commits that changed entries, newest first, one by one: reading can end when enough were found. */
export async function* logEntries(
  history: readonly FileCommit[],
  versions: CommittedVersions,
): AsyncGenerator<LoggedCommit> {
  const known = new Map(history.map((commit) => [commit.id, commit]))
  for (const commit of history) {
    const parents = commit.parents.flatMap((id) => known.get(id) ?? [])
    const version = await versions.of(commit)
    const older = await Promise.all(parents.map((parent) => versions.of(parent)))
    const entries = inAll(
      older.length === 0 ? [changes(undefined, version)] : older.map((one) => changes(one, version)),
    )
    if (entries.length > 0) yield { commit, entries }
  }
}

function changes(before: FileVersion | undefined, after: FileVersion | undefined): readonly EntryDifference[] {
  if (before !== undefined && after !== undefined) return diffEntries(before, after)
  if (after !== undefined) return allEntries(after, 'added')
  return before === undefined ? [] : allEntries(before, 'removed')
}

/** Of the differences from the first parent, those that are differences from every other one too. */
function inAll([first = [], ...others]: readonly (readonly EntryDifference[])[]): readonly EntryDifference[] {
  const keys = others.map((differences) => new Set(differences.map(keyOf)))
  return first.filter((difference) => keys.every((all) => all.has(keyOf(difference))))
}

function keyOf({ path, document }: EntryDifference): string {
  return `${document}:${path}`
}
