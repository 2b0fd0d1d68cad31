import { SecretsError } from '../core/errors.ts'
import { formatPath } from '../core/path-syntax.ts'
import { readPlain } from '../core/sealed-text.ts'
import type { MapNode, Path } from '../core/tree.ts'
import { entriesAt, missingEntry } from './find-entry.ts'
import type { SecretFile } from './secret-file.ts'

/**
 * The one of several files that has an entry at `path`. Keys are in clear in an encrypted file too: nothing is decrypted, and
 * files that nobody here can open do not matter. A single file is given back unseen. Throws `BAD_PATH` when none has the
 * entry, with the nearest path, or when several have it, with their names.
 */
export function fileWithEntry(files: readonly SecretFile[], path: Path): SecretFile {
  const [only, ...others] = files
  if (only !== undefined && others.length === 0) return only
  const found = filesWithEntry(files, path)
  const [first] = found
  if (first === undefined) throw missingEntry(files.flatMap(documentsOf), path)
  if (found.length === 1) return first
  throw new SecretsError('BAD_PATH', `${found.length} files have this entry`, {
    place: { path: formatPath(path) },
    details: found.map(({ target }) => target.shown),
    hint: 'name one of the files in the place of the environment',
  })
}

/** All of `files` that have an entry at `path`; nothing is decrypted. */
export function filesWithEntry(files: readonly SecretFile[], path: Path): readonly SecretFile[] {
  return files.filter((file) => entriesAt(documentsOf(file), path).length > 0)
}

function documentsOf({ sealed, format, bytes }: SecretFile): readonly MapNode[] {
  return (sealed?.parsed ?? readPlain(format, bytes).parsed).documents
}
