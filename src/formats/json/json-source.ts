import type { Span } from '../../core/tree.ts'
import { type JsonStyle, SOPS_STYLE } from './spell-json.ts'

/** What the style of a text is taken from. */
interface JsonRoot {
  readonly span: Span
  readonly members: readonly { readonly keySpan: Span; readonly value: { readonly span: Span } }[]
}

/** A text with what is known of it once it is parsed. */
export interface JsonSource {
  readonly text: string
  root: JsonRoot | undefined
  style: JsonStyle | undefined
}

/** The style in which new parts of the text are written, taken from its root object; found on the first call. */
export function styleOf(source: JsonSource): JsonStyle {
  source.style ??= detectStyle(source)
  return source.style
}

/** The blanks right before `offset`. */
export function blanksBefore(text: string, offset: number): string {
  let start = offset
  while (start > 0 && ' \t\r\n'.includes(text[start - 1] ?? '-')) start -= 1
  return text.slice(start, offset)
}

/** The indentation of the line in which `offset` stands. */
export function lineIndent(text: string, offset: number): string {
  const start = offset === 0 ? 0 : text.lastIndexOf('\n', offset - 1) + 1
  let end = start
  while (end < offset && ' \t'.includes(text[end] ?? '-')) end += 1
  return text.slice(start, end)
}

function detectStyle({ text, root }: JsonSource): JsonStyle {
  const end = text.indexOf('\n')
  const newline = end > 0 && text[end - 1] === '\r' ? '\r\n' : '\n'
  const first = root?.members[0]
  if (root === undefined || first === undefined) {
    return { ...SOPS_STYLE, newline, multiline: root === undefined || root.span.end - root.span.start === 2 }
  }
  const between = text.slice(first.keySpan.end, first.value.span.start)
  const colon = between.includes('\n') ? SOPS_STYLE.colon : between
  const lead = blanksBefore(text, first.keySpan.start)
  const multiline = lead.includes('\n')
  const indent = lead.slice(lead.lastIndexOf('\n') + 1)
  const outer = lineIndent(text, root.span.start)
  const unit = indent.startsWith(outer) ? indent.slice(outer.length) : indent
  return { newline, colon, multiline, unit: multiline ? unit : SOPS_STYLE.unit, gap: colon.endsWith(' ') ? ' ' : '' }
}
