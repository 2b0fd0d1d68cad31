import { isSecretsError } from '../../core/errors.ts'
import type { Scalar } from '../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'
import { flatText } from '../flat-metadata.ts'
import { cannotCarry } from '../format-error.ts'
import { readKey } from './read-key.ts'
import { type Quote, readValue } from './read-value.ts'

/** A text that reads as itself without quotes: no blanks outside, no quote, comment sign or backslash anywhere. */
const SIMPLE = /^[!$-&(-:<-[\]-_a-~]+(?: [!$-&(-:<-[\]-_a-~]+)*$/

/** In the order in which go-ini chooses them; the last one only for what no other can hold. */
const QUOTES: readonly Quote[] = ['', '"', '`', '"""', "'"]

/** What is known of the place of a value. */
export interface ValuePlace {
  /** The quotes to keep, if they can hold the value. */
  readonly quote: Quote
  /** What follows in the line, without the line break. */
  readonly tail: string
  /** For errors, as the user writes paths. */
  readonly path: string
}

/** The text that INI has for a scalar, where every value is a string. Throws `FORMAT_INVALID` for null. */
export function iniText(scalar: Scalar, path: string): string {
  if (scalar.type === 'null') throw cannotCarry(path, 'INI has no null', 'use an empty text, or remove the entry')
  if (scalar.type === 'float' && typeof scalar.plaintext === 'string') return scalar.plaintext
  return flatText(scalar)
}

/** `text` in the quotes of the place if go-ini then reads it, else in the plainest. Throws `FORMAT_INVALID` if no quotes can hold it. */
export function spellIniValue(text: string, place: ValuePlace): string {
  if (place.quote === '' && (text === '' || SIMPLE.test(text))) return text
  const plainest: readonly Quote[] = text.includes('\n') ? ['"""', '`'] : QUOTES
  for (const quote of [place.quote, ...plainest]) {
    const spelled = quote + text + quote
    if (readsAs(spelled + place.tail, text)) return spelled
  }
  const hint = 'keep such a value in YAML or JSON'
  throw cannotCarry(place.path, 'INI has no quotes that could hold this value', hint)
}

/** A key as go-ini writes it. Throws `FORMAT_INVALID` for one that no quotes can hold, and for `-`, which go-ini numbers. */
function spellIniKey(key: string, path: string): string {
  for (const spelled of [key, `\`${key}\``, `"""${key}"""`]) if (isKey(spelled, key)) return spelled
  throw cannotCarry(path, 'INI has no way to write this key')
}

/** A line without its line break. */
export function spellIniLine(section: string, key: string, value: PlainValue, layout: LineLayout): string {
  const path = `${section}.${key}`
  if (!isScalar(value)) {
    throw cannotCarry(path, 'INI has no maps or lists inside a section', 'keep nested values in YAML or JSON')
  }
  const spelledKey = spellIniKey(key, path)
  const padding = ' '.repeat(Math.max(layout.blanks, layout.width - spelledKey.length))
  const spelled = spellIniValue(iniText(value, path), { quote: '', tail: '', path })
  return `${layout.indent}${spelledKey}${padding}${layout.delimiter}${spelled}`
}

/** How the lines of a section look. */
export interface LineLayout {
  readonly indent: string
  /** From the key's first character to the delimiter. */
  readonly width: number
  /** The fewest blanks before the delimiter. */
  readonly blanks: number
  /** With the blanks behind it. */
  readonly delimiter: string
}

/** go-ini's own layout: delimiters below each other behind the longest of `keys`. */
export function alignedLayout(keys: readonly string[]): LineLayout {
  const longest = Math.max(0, ...keys.map((key) => spellIniKey(key, key).length))
  return { indent: '', width: longest + 1, blanks: 1, delimiter: '= ' }
}

/** The header of a section. Throws `FORMAT_INVALID` for a name that no header can hold. */
export function spellHeader(name: string): string {
  if (name !== '' && !/[\]\n\r]/.test(name)) return `[${name}]`
  throw cannotCarry(name, 'an INI section needs a name without ] and line breaks')
}

function readsAs(text: string, wanted: string): boolean {
  const line = `${text}\n`
  try {
    const value = readValue(line, 0)
    return value.text === wanted && value.next === line.length
  } catch (error) {
    if (isSecretsError(error)) return false
    throw error
  }
}

function isKey(spelled: string, key: string): boolean {
  if (spelled === '' || /^[\s#;[]/.test(spelled) || key === '-' || key.includes('\n')) return false
  try {
    const read = readKey(`${spelled} = `, 0)
    return read.key === key && read.valueFrom === spelled.length + 2
  } catch (error) {
    if (isSecretsError(error)) return false
    throw error
  }
}
