import { canonicalText, type Scalar } from '../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'

/** How new parts of a text are laid out. */
export interface JsonStyle {
  readonly newline: string
  /** What one level adds to the indentation. */
  readonly unit: string
  /** What stands between a key and its value, blanks included. */
  readonly colon: string
  /** What follows a comma within a line. */
  readonly gap: string
  /** Whether an object that is empty so far gets a line for each member. */
  readonly multiline: boolean
}

/** The style of sops: tabs, a line for each member (`reindentJSON`). */
export const SOPS_STYLE: JsonStyle = { newline: '\n', unit: '\t', colon: ': ', gap: ' ', multiline: true }

/** Where a value is put: its line's indentation, or undefined when all of it stays in one line. */
export type Indent = string | undefined

const JSON_INTEGER = /^-?(?:0|[1-9]\d*)$/
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/**
 * A leaf as JSON. Strings have the escapes without which they would be no JSON, and no others. A float without
 * a fraction is written without one, as sops does: before 3.13.2 it stored every number of a JSON file as a
 * float, and `22.0` in the place of `22` would be another value to many readers.
 * Throws `FORMAT_INVALID` for an infinite float, one that is no number, and for bytes.
 */
export function spellJsonScalar(scalar: Scalar): string {
  const text = canonicalText(scalar)
  if (scalar.type === 'null') return 'null'
  if (scalar.type === 'bool') return text === 'True' ? 'true' : 'false'
  if (scalar.type === 'int') return ownSpelling(scalar, JSON_INTEGER) ?? text
  if (scalar.type === 'float') return spellFloat(scalar, text)
  return JSON.stringify(text)
}

/** A value with all below it. `indent` is the indentation of the line it begins in. Throws as `spellJsonScalar`. */
export function spellJson(value: PlainValue, style: JsonStyle, indent: Indent): string {
  if (isScalar(value)) return spellJsonScalar(value)
  const inner = indent === undefined ? undefined : indent + style.unit
  if (value.kind === 'list') {
    return enclose(
      '[]',
      value.elements.map((element) => spellJson(element, style, inner)),
      { style, indent },
    )
  }
  const members = value.entries.map(
    ([key, child]) => JSON.stringify(key) + style.colon + spellJson(child, style, inner),
  )
  return enclose('{}', members, { style, indent })
}

/** Puts `parts` between `brackets`, each in a line of its own where there is an indentation. */
export function enclose(
  brackets: '{}' | '[]',
  parts: readonly string[],
  { style, indent }: { readonly style: JsonStyle; readonly indent: Indent },
): string {
  if (parts.length === 0) return brackets
  const [open, close] = [brackets.slice(0, 1), brackets.slice(1)]
  if (indent === undefined) return open + parts.join(`,${style.gap}`) + close
  const start = style.newline + indent + style.unit
  return open + start + parts.join(`,${start}`) + style.newline + indent + close
}

function ownSpelling(scalar: Scalar, allowed: RegExp): string | undefined {
  const spelling = scalar.plaintext
  return typeof spelling === 'string' && allowed.test(spelling) ? spelling : undefined
}

/** An integer's spelling `-0` would be read as the int 0, whose MAC differs: `-0.0`. */
function spellFloat(scalar: Scalar, canonical: string): string {
  const spelling = ownSpelling(scalar, JSON_NUMBER) ?? canonical
  if (spelling === '-0') return '-0.0'
  if (JSON_NUMBER.test(spelling)) return spelling
  throw cannotCarry('', 'JSON has no infinite numbers and no number that is none')
}
