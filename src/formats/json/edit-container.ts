import type { Edit, Span } from '../../core/tree.ts'
import { blanksBefore, type JsonSource, lineIndent, styleOf } from './json-source.ts'
import type { Indent } from './spell-json.ts'

/** An object or array: from bracket to bracket, and what stands between the commas. */
export interface Container {
  readonly span: Span
  readonly slots: readonly Span[]
}

/**
 * The edit that puts a new part before the `index`th, in lines as the container has them: behind the last
 * line break before its last part, or in one line with all others. `spell` is given the indentation of the line
 * that the part begins in.
 */
export function insertSlot(
  source: JsonSource,
  container: Container,
  index: number,
  spell: (indent: Indent) => string,
): Edit {
  const { slots } = container
  if (slots.length === 0) return fillEmpty(source, container, spell)
  const indent = indentOfSlot(source, container, slots.length - 1)
  const separator = indent === undefined ? gapOf(source, slots) : styleOf(source).newline + indent
  const before = slots[index - 1]
  if (before !== undefined) return insertion(before.end, `,${separator}${spell(indent)}`)
  return insertion(slots[0]?.start ?? 0, `${spell(indent)},${separator}`)
}

/** The indentation of the part's line; undefined when it does not begin a line. */
export function indentOfSlot(source: JsonSource, { slots }: Container, index: number): Indent {
  const lead = blanksBefore(source.text, slots[index]?.start ?? 0)
  return lead.includes('\n') ? lead.slice(lead.lastIndexOf('\n') + 1) : undefined
}

/** The edit that removes the `index`th part with one comma; the last one of all leaves the bare brackets. */
export function removeSlot({ span, slots }: Container, index: number): Edit {
  const [slot, before, after] = [slots[index], slots[index - 1], slots[index + 1]]
  if (slot === undefined) throw new RangeError('no such part')
  if (before !== undefined) return { start: before.end, end: slot.end, text: '' }
  if (after !== undefined) return { start: slot.start, end: after.start, text: '' }
  return { start: span.start + 1, end: span.end - 1, text: '' }
}

/**
 * The edit that removes the `index`th part, such that the edits for all parts of which `isComment` holds can be
 * applied together: those at the end go with the comma before them, all others with the comma behind.
 */
export function removeComments({ slots }: Container, index: number, isComment: (index: number) => boolean): Edit {
  const [slot, before, after] = [slots[index], slots[index - 1], slots[index + 1]]
  if (slot === undefined) throw new RangeError('no such part')
  if (after !== undefined && !onlyComments(index + 1, slots.length, isComment)) {
    return { start: slot.start, end: after.start, text: '' }
  }
  if (before !== undefined && !onlyComments(0, index, isComment)) return { start: before.end, end: slot.end, text: '' }
  return { start: slot.start, end: after?.start ?? slot.end, text: '' }
}

function onlyComments(from: number, to: number, isComment: (index: number) => boolean): boolean {
  for (let index = from; index < to; index += 1) if (!isComment(index)) return false
  return true
}

/**
 * Blanks between empty brackets stay, in front of the new part, so that removing it again restores them: a new
 * part that ends right before the bracket is known by that to stand behind such blanks.
 */
function fillEmpty(source: JsonSource, { span }: Container, spell: (indent: Indent) => string): Edit {
  const style = styleOf(source)
  if (span.end - span.start > 2 || !style.multiline) return insertion(span.end - 1, spell(undefined))
  const outer = lineIndent(source.text, span.start)
  const indent = outer + style.unit
  return insertion(span.end - 1, style.newline + indent + spell(indent) + style.newline + outer)
}

function gapOf(source: JsonSource, slots: readonly Span[]): string {
  const last = slots.at(-1)
  return last !== undefined && slots.length > 1 ? blanksBefore(source.text, last.start) : styleOf(source).gap
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text }
}
