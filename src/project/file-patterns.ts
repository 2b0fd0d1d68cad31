import { sep } from 'node:path'
import type { Place } from '../core/errors.ts'
import { parseGlob } from './glob.ts'
import type { FilePattern } from './model.ts'
import { isTemporaryName, LOCK_NAME } from './temporary-files.ts'

/** Files that no environment can hold, whatever its patterns say: encrypting them would break git or us. */
export const NEVER_SECRET_NAMES: ReadonlySet<string> = new Set([
  '.secretsrc',
  '.secretsrc.example',
  '.sops.yaml',
  '.gitattributes',
  '.gitignore',
  '.gitmodules',
  '.gitkeep',
  LOCK_NAME,
])

/** A pattern from a glob. Throws `GlobProblem`. */
export function globPattern(text: string, place: Place): FilePattern {
  const glob = parseGlob(text)
  return { kind: 'glob', text, place, folder: glob.folder, matches: (path) => glob.matches(path) && !neverSecret(path) }
}

/**
 * A pattern from a compiled regular expression, searched in the path as sops does. sops sees the separators of the
 * platform; on Windows an expression may be written for either.
 */
export function regexPattern(text: string, place: Place, search: (path: string) => boolean): FilePattern {
  const matches = (path: string): boolean =>
    !neverSecret(path) && (search(path) || (sep === '\\' && search(path.replaceAll('/', '\\'))))
  return { kind: 'regex', text, place, folder: '', matches }
}

/** Whether a path (`/`-separated) is one of the files that nothing may encrypt: git's own, the configuration, and files
 * of ours that exist only while others are written. */
export function neverSecret(path: string): boolean {
  const names = path.split('/')
  const name = names.at(-1) ?? ''
  return names.includes('.git') || NEVER_SECRET_NAMES.has(name) || isTemporaryName(name)
}
