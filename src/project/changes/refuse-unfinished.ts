import { dirname } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import { isInside, shownPath } from '../paths.ts'
import type { ChangePlace } from './change-place.ts'
import { findUnfinished, type UnfinishedChange, type UnfinishedFile } from './unfinished-changes.ts'

/** Files that an error lists. */
const LISTED = 20

/** What is about to be written. */
export interface Concerned {
  /** Absolute. */
  readonly paths: readonly string[]
  readonly root: string | undefined
}

/**
 * Refuses to write where a change of several files was killed in the middle: what is built on half of it cannot be taken back.
 * Throws `UNFINISHED_CHANGE`.
 */
export async function refuseUnfinished(places: readonly ChangePlace[], concerned: Concerned): Promise<void> {
  const [first] = (await findUnfinished(places)).filter((change) => concerns(change, concerned))
  if (first !== undefined) throw unfinishedError(first, concerned.root)
}

/** Whether a change is one of the same project: in git's folder all are, in the user's own there may be those of others. */
export function concerns({ place, files }: UnfinishedChange, { paths, root }: Concerned): boolean {
  if (place.base !== undefined) return true
  const folders = new Set(paths.map((path) => dirname(path)))
  return (files ?? []).some(({ path }) => (root !== undefined && isInside(root, path)) || folders.has(dirname(path)))
}

/** How an unfinished change is told of; `from`: the folder that names of files are shown from. */
export function unfinishedError({ files }: UnfinishedChange, from: string | undefined): SecretsError {
  const hint = 'secrets unfinished shows it; then --finish or --undo'
  if (files === undefined) {
    return new SecretsError(
      'UNFINISHED_CHANGE',
      'a change of several files was interrupted, and its journal makes no sense',
      {
        hint: 'compare the files with git, then: secrets unfinished --forget',
      },
    )
  }
  const written = files.filter(({ state }) => state === 'new').length
  const message = `a change of ${files.length} files was interrupted in the middle: ${written} written, ${files.length - written} not`
  const lines = files.slice(0, LISTED).map((file) => fileLine(file, from))
  const more = files.length > LISTED ? [`… and ${files.length - LISTED} more`] : []
  return new SecretsError('UNFINISHED_CHANGE', message, { hint, details: [...lines, ...more] })
}

const WORDS = { new: 'written', old: 'not written', other: 'changed since' } as const

/** One file of an unfinished change, in a line. */
export function fileLine({ path, state }: UnfinishedFile, from: string | undefined): string {
  return `${from === undefined ? path : shownPath(from, path)}: ${WORDS[state]}`
}
