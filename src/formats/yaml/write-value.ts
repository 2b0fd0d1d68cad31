import { canonicalText, type Scalar } from '../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'
import { canBePlain, doubleQuoted, isPlainString, needsNoEscape, plainText, singleQuoted } from './spell-text.ts'

/** The habits of the text that a value is written into. */
export interface Style {
  readonly eol: string
  readonly step: number
  readonly indentsLists: boolean
  /** Whether `|+` may be written: only where no blank line of somebody else can follow. */
  readonly writesKeep: boolean
  /** Whether literal blocks may be written: not at the end of a text without a final line break. */
  readonly writesBlocks: boolean
}

/** How far a comment is looked for behind a new block, which would take it for content. */
const LOOK_AHEAD = 4096

/** The style for what ends at `offset` of a text: without a line break or before a comment, a block cannot stand. */
export function styleAt(source: Style & { readonly text: string }, offset: number): Style {
  const { eol, step, indentsLists, writesKeep } = source
  const isBeforeComment = /^[^\n\r]*(?:(?:\r\n|\n|\r)[ \t]*)+#/.test(source.text.slice(offset, offset + LOOK_AHEAD))
  return { eol, step, indentsLists, writesKeep, writesBlocks: offset < source.text.length && !isBeforeComment }
}

/** Plain words that YAML 1.1 reads as booleans, which sops quotes (sops-format 9.4). */
const OLD_BOOL = /^(?:[yY]|[yY]es|YES|[nN]|[nN]o|NO|[oO]n|ON|[oO]ff|OFF)$/
/** Numbers to the base 60, which sops quotes too. */
const BASE_60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/
/** From this length on, a key is written behind a `?`: an implicit one has a limit. */
const LONG_KEY = 1000

/** The column of what is nested below `indent`: the next multiple of the step, as yaml.v3 does it. */
function nextIndent(indent: number, style: Style): number {
  return style.step * (Math.floor(indent / style.step) + 1)
}

/** What stands behind the colon of a key at column `indent`, with the blank or line break before it. */
export function valueBehindKey(value: PlainValue, indent: number, style: Style): string {
  if (isScalar(value)) return ` ${blockScalarText(value, indent, style)}`
  if (isEmpty(value)) return ` ${flowText(value)}`
  const isIndented = value.kind === 'map' || style.indentsLists
  const column = isIndented ? nextIndent(indent, style) : indent
  return `${style.eol}${' '.repeat(column)}${collectionAt(value, column, style)}`
}

/** What stands behind the dash of an element at column `indent`. */
export function valueBehindDash(value: PlainValue, indent: number, style: Style): string {
  if (isScalar(value)) return ` ${blockScalarText(value, indent, style)}`
  return isEmpty(value) ? ` ${flowText(value)}` : ` ${collectionAt(value, indent + 2, style)}`
}

/** A map or list, not empty, at column `indent`; the indentation of its first line is there already. */
export function collectionAt(value: Exclude<PlainValue, Scalar>, indent: number, style: Style): string {
  const separator = `${style.eol}${' '.repeat(indent)}`
  if (value.kind === 'list') {
    return value.elements.map((element) => `-${valueBehindDash(element, indent, style)}`).join(separator)
  }
  return value.entries.map(([key, entry]) => itemText(key, entry, indent, style)).join(separator)
}

/** `key: value` at column `indent`, the indentation of its first line left out. */
export function itemText(key: string, value: PlainValue, indent: number, style: Style): string {
  const text = keyText(key, false)
  const colon = text.startsWith('? ') ? `${style.eol}${' '.repeat(indent)}:` : ':'
  return `${text}${colon}${valueBehindKey(value, indent, style)}`
}

/** `key: value` inside of a flow map. */
export function flowItemText(key: string, value: PlainValue): string {
  const text = keyText(key, true)
  return `${text}${text.startsWith('? ') ? ' ' : ''}: ${flowText(value)}`
}

/** A value in flow style, in one line. */
export function flowText(value: PlainValue): string {
  if (isScalar(value)) return inlineText(value, true)
  if (value.kind === 'list') return `[${value.elements.map(flowText).join(', ')}]`
  return `{${value.entries.map(([key, entry]) => flowItemText(key, entry)).join(', ')}}`
}

/** Whether a collection has nothing in it. */
export function isEmpty(value: Exclude<PlainValue, Scalar>): boolean {
  return value.kind === 'list' ? value.elements.length === 0 : value.entries.length === 0
}

/** A scalar in one line, as sops writes it: plain, in single or in double quotes. */
export function inlineText(scalar: Scalar, inFlow: boolean): string {
  return scalar.type === 'str' ? inlineString(canonicalText(scalar), inFlow) : plainText(scalar)
}

function inlineString(text: string, inFlow: boolean): string {
  if (text === '' || !isPlainString(text) || isAmbiguous(text)) return doubleQuoted(text)
  if (canBePlain(text, inFlow)) return text
  const needsDouble = inFlow || /[\t\n]/.test(text) || /[\ud800-\udfff]/.test(text)
  return needsDouble ? doubleQuoted(text) : (singleQuoted(text) ?? doubleQuoted(text))
}

function isAmbiguous(text: string): boolean {
  return OLD_BOOL.test(text) || BASE_60.test(text) || text === '<<'
}

function keyText(key: string, inFlow: boolean): string {
  const text = inlineString(key, inFlow)
  return text.length > LONG_KEY ? `? ${text}` : text
}

/** A scalar in a block: several lines as a literal block where one can hold them. */
function blockScalarText(scalar: Scalar, indent: number, style: Style): string {
  if (scalar.type !== 'str') return plainText(scalar)
  const text = canonicalText(scalar)
  if (!style.writesBlocks || !text.includes('\n') || !needsNoEscape(text) || / (?:\n|$)/.test(text))
    return inlineString(text, false)
  const content = text.replace(/\n+$/, '')
  const column = nextIndent(indent, style)
  const digit = /^[ \t\n]/.test(text) ? String(column - Math.max(indent, 0)) : ''
  const breaks = text.length - content.length
  if (digit.length > 1 || content === '' || (breaks > 1 && !style.writesKeep)) return doubleQuoted(text)
  const margin = ' '.repeat(column)
  const lines = content.split('\n').map((line) => (line === '' ? '' : margin + line))
  const blank = Array.from({ length: Math.max(0, breaks - 1) }, () => '')
  return [`|${digit}${chomping(breaks)}`, ...lines, ...blank].join(style.eol)
}

function chomping(breaks: number): string {
  if (breaks === 1) return ''
  return breaks === 0 ? '-' : '+'
}
