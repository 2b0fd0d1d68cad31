import { SecretsError } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { formatPath, parsePath } from '../core/path-syntax.ts'
import { plainValueOf } from '../core/plain-value.ts'
import { readPlain } from '../core/sealed-text.ts'
import { isScalar } from '../core/tree.ts'
import type { DecryptedFile } from './decrypt-files.ts'
import { findEntry } from './find-entry.ts'
import { rawValue } from './show-value.ts'

/**
 * The bytes of one entry of a decrypted file: a value raw, without a line break behind it; a map or a list as YAML, or as a
 * text of `format`. Throws `BAD_PATH` for a path that leads nowhere, with the nearest one that there is, and for a list
 * where a format is named, `FORMAT_INVALID` for what the format cannot carry.
 */
export async function decryptedEntry(
  { file, open }: DecryptedFile,
  path: string,
  format: Format | undefined,
): Promise<Uint8Array> {
  if (file.format.plainContent !== undefined) {
    throw new SecretsError('BAD_PATH', 'a binary file has no entries', { hint: 'leave out --path' })
  }
  const wanted = parsePath(path)
  const value = plainValueOf(findEntry(readPlain(file.format, open.content).parsed.documents, wanted).node)
  if (format === undefined || isScalar(value)) return Buffer.from(await rawValue(value))
  if (value.kind === 'map') return Buffer.from(format.render([value]), 'utf8')
  throw new SecretsError('BAD_PATH', 'a list cannot be a file of its own', {
    place: { path: formatPath(wanted) },
    hint: 'leave out --format to get it as YAML, or name one of its elements',
  })
}
