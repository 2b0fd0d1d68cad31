import { type Edit, isScalar, type PlainValue } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'
import { lineBreakOf } from './ini-text.ts'
import { DEFAULT_SECTION, type IniEntry, type IniSection, type IniSections } from './read-ini.ts'
import { alignedLayout, type LineLayout, spellHeader, spellIniLine } from './spell-ini.ts'

/** The edit that adds a key behind all others of its section, in the layout of the last one. */
export function appendEntry(
  { text }: IniSections,
  section: IniSection,
  [key, value]: readonly [string, PlainValue],
): Edit {
  const last = section.entries.at(-1)
  const layout = last === undefined ? alignedLayout([key]) : layoutOf(text, last)
  const at = last?.lines.end ?? section.headerLines.end
  // A value that ends with a backslash would go on in the new line, were there no blank one between them.
  const isOpen = last !== undefined && at === text.length && text.slice(last.value.span.start).trimEnd().endsWith('\\')
  return insertLines(text, at, [...(isOpen ? [''] : []), spellIniLine(section.name, key, value, layout)])
}

/**
 * The edit that adds a section behind all others and before the metadata, after a blank line; `DEFAULT`, which
 * has no header, goes to the beginning of the text.
 */
export function appendSection(ini: IniSections, name: string, value: PlainValue): Edit {
  const { text } = ini
  const lines = sectionLines(name, value)
  const newline = lineBreakOf(text)
  if (name === DEFAULT_SECTION) {
    const start = text.startsWith('\uFEFF') ? 1 : 0
    const content = [...lines.slice(1), ...(text.length > start ? [''] : [])].map((line) => line + newline)
    return { start, end: start, text: content.join('') }
  }
  const metadata = ini.metadata
  if (metadata === undefined) return insertLines(text, text.length, text === '' ? lines : ['', ...lines])
  return insertLines(text, metadata.headerLines.start, [...lines, ''])
}

/** Edits that give a section other keys; its header and the comments above it stay. */
export function replaceEntries({ text }: IniSections, section: IniSection, value: PlainValue): readonly Edit[] {
  const lines = sectionLines(section.name, value).slice(1)
  const [first, last] = [section.entries[0], section.entries.at(-1)]
  if (first === undefined || last === undefined) return [insertLines(text, section.headerLines.end, lines)]
  const newline = lineBreakOf(text)
  const open = last.lines.end === text.length && !text.endsWith('\n')
  const content = lines.join(newline) + (open || lines.length === 0 ? '' : newline)
  return [{ start: first.lines.start, end: last.lines.end, text: content }]
}

/** The edit that removes a key with its line or lines; comments above stay. */
export function removeEntry({ text }: IniSections, { lines }: IniEntry): Edit {
  return removeLines(text, lines.start, lines.end)
}

/** The edit that removes a section with the comments above its header and one blank line before it. */
export function removeSection({ text }: IniSections, section: IniSection): Edit {
  const start = section.headerLines.start
  const end = section.entries.at(-1)?.lines.end ?? section.headerLines.end
  const blank = /(?:^|\n)\r?\n$/.exec(text.slice(Math.max(0, start - 3), start))?.[0] ?? ''
  return removeLines(text, start - blank.replace(/^\n/, '').length, end)
}

/** The edit that puts `lines` where a line begins; at the end of a text without a final line break, that stays so. */
export function insertLines(text: string, at: number, lines: readonly string[]): Edit {
  const newline = lineBreakOf(text)
  const open = at === text.length && text !== '' && !text.endsWith('\n')
  const content = open ? lines.map((line) => newline + line) : lines.map((line) => line + newline)
  return { start: at, end: at, text: content.join('') }
}

/** The edit that adds a line behind the one that ends at `end`, which holds even if that line's own line break goes. */
export function insertBehind(text: string, end: number, line: string): Edit {
  const at = beforeLineBreak(text, end)
  return { start: at, end: at, text: lineBreakOf(text) + line }
}

/** Edits that remove the entries of which `isGone` holds; a text without a final line break stays so. */
export function removeEntries(
  text: string,
  entries: readonly IniEntry[],
  isGone: (entry: IniEntry) => boolean,
): readonly Edit[] {
  const edits = entries.filter(isGone).map(({ lines }) => ({ ...lines, text: '' }))
  const kept = entries.findLastIndex((entry) => !isGone(entry))
  const [first, last] = [entries[kept + 1], entries.at(-1)]
  if (first === undefined || last?.lines.end !== text.length || text.endsWith('\n')) return edits
  return [...edits, { start: beforeLineBreak(text, first.lines.start), end: first.lines.start, text: '' }]
}

function beforeLineBreak(text: string, end: number): number {
  return end - (/\r?\n$/.exec(text.slice(Math.max(0, end - 2), end))?.[0].length ?? 0)
}

/** The edit that removes whole lines; with a last one that has no line break goes the line break before it. */
function removeLines(text: string, start: number, end: number): Edit {
  const open = end === text.length && end > start && !text.endsWith('\n')
  return { start: open ? beforeLineBreak(text, start) : start, end, text: '' }
}

/** The lines of a whole section, the first of which is its header. Throws `FORMAT_INVALID`. */
export function sectionLines(name: string, value: PlainValue): readonly string[] {
  if (isScalar(value) || value.kind !== 'map') {
    const hint = `put it into a section; keys before any section are in ${DEFAULT_SECTION}`
    throw cannotCarry(name, 'an INI value needs a section', hint)
  }
  const layout = alignedLayout(value.entries.map(([key]) => key))
  return [spellHeader(name), ...value.entries.map(([key, child]) => spellIniLine(name, key, child, layout))]
}

/** The layout of an entry's line, for lines below it. */
export function layoutOf(text: string, { keySpan, lines, value }: IniEntry): LineLayout {
  const between = text.slice(keySpan.end, value.span.start)
  const [, blanks = '', delimiter = '='] = /^([ \t]*)([=:].*)$/s.exec(between) ?? []
  const indent = text.slice(lines.start, keySpan.start)
  const padded = blanks.length === 0 ? 0 : keySpan.end - keySpan.start + blanks.length
  const spaced = value.span.start === value.span.end && blanks.length > 0 && delimiter.length === 1
  return { indent, width: padded, blanks: blanks.length === 0 ? 0 : 1, delimiter: spaced ? `${delimiter} ` : delimiter }
}
