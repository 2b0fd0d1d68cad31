import type { Scalar } from '../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'
import { escapeLineBreaks, flatText } from '../flat-metadata.ts'
import { cannotCarry } from '../format-error.ts'

/** What the key of a line of metadata begins with (sops `SopsPrefix`). */
export const METADATA_PREFIX = 'sops_'

/**
 * A value behind the `=`: verbatim, a line break as the two characters `\n`. Throws `FORMAT_INVALID` for null, and
 * for a text with a real backslash before an `n`, which would be read as a line break.
 */
export function spellDotenvScalar(scalar: Scalar, path = ''): string {
  if (scalar.type === 'null') throw cannotCarry(path, 'dotenv has no null', 'use an empty text, or remove the entry')
  if (scalar.type === 'float' && typeof scalar.plaintext === 'string') return scalar.plaintext
  const text = flatText(scalar)
  if (!text.includes('\\n')) return escapeLineBreaks(text)
  const hint = 'keep such a value in YAML or JSON'
  throw cannotCarry(path, 'dotenv has no way to write a backslash that is followed by n', hint)
}

/** A line without its line break. Throws `FORMAT_INVALID` for a key or a value that no line can carry. */
export function spellDotenvLine(key: string, value: PlainValue): string {
  if (/[=\n]/.test(key) || key.startsWith('#')) {
    throw cannotCarry(key, 'a dotenv key has no = and no line break, and does not begin with #')
  }
  if (!isScalar(value)) throw cannotCarry(key, 'dotenv has no maps and no lists', 'keep nested values in YAML or JSON')
  return `${key}=${spellDotenvScalar(value, key)}`
}
