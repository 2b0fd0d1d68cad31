import { canonicalText, Scalar } from '../../core/scalar.ts'

/**
 * A value as the text of a variable: as `secrets get` prints it, but for null, which is empty: a variable that says `null` would be
 * taken for a value. Throws `FORMAT_INVALID` for bytes.
 */
export function valueText(scalar: Scalar): string {
  if (scalar.type === 'null') return ''
  const text = canonicalText(scalar)
  if (scalar.type === 'bool') return text === 'True' ? 'true' : 'false'
  return scalar.type === 'float' && typeof scalar.plaintext === 'string' ? scalar.plaintext : text
}

/** A value without the quotes around it: sops takes those in dotenv files for a part of it; programs that read such files do not. */
export function withoutQuotes(scalar: Scalar): Scalar {
  const inner = /^\s*(["'`])([^]*)\1\s*$/.exec(valueText(scalar))?.[2]
  return inner === undefined ? scalar : new Scalar('str', inner)
}
