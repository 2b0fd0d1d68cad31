import type { Span } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'

/** What sops strips from the beginning of a comment: its signs and blanks, but no tabs (`stripCommentChar`). */
const SIGNS = /^(?:;[; ]*|#[# ]*)/

/** The text of several lines that are all bare: sops would crash over it if it were left in clear, or empty. */
export const ONLY_SIGNS = ' '

/** The sign that begins `line`, with all that sops strips with it. */
export function signsOf(line: string): string {
  return SIGNS.exec(line)?.[0] ?? ''
}

/**
 * A comment of these lines as sops has it: joined, without the first sign and without blanks at the end. `lead`
 * bare lines at the beginning are left out: sops crashes when it writes a comment whose first line is empty.
 * A bare line alone is ''.
 */
export function joinedText(source: string, lines: readonly Span[], lead: number = 0): string {
  if (lines.every(isBare)) return lines.length > 1 ? ONLY_SIGNS : ''
  const joined = lines
    .slice(lead)
    .map(({ start, end }) => source.slice(start, end))
    .join('\n')
  return joined.slice(signsOf(joined).length)
}

/** How many bare lines come before the first one that says something; 0 where none does. */
export function bareLead(lines: readonly Span[]): number {
  return Math.max(
    0,
    lines.findIndex((line) => !isBare(line)),
  )
}

/** Whether the line holds an encrypted comment. */
export function isToken(source: string, line: Span): boolean {
  const content = source.slice(line.start, line.end)
  return content.startsWith('ENC[', signsOf(content).length)
}

/** Whether the line is nothing but its sign. */
export function isBare({ start, end }: Span): boolean {
  return end - start === 1
}

/**
 * The text of a comment in the place of `slots`, line by line; what lies between the slots stays. Where there are
 * fewer lines (none, or `ONLY_SIGNS`: all are bare), the bare lines that `placeToken` moved down stand before them again. Lines that have no slot
 * follow the last one.
 */
export function fillSlots(source: string, slots: readonly Span[], lines: readonly string[]): string {
  const [first] = slots
  if (first === undefined) return ''
  const sign = (slot: Span): string => source.slice(slot.start, slot.start + 1)
  if (lines.length === 0 || lines[0] === ONLY_SIGNS) return intoSlots(source, slots, slots.map(sign))
  const missing = Math.max(0, slots.length - lines.length)
  const bare = isToken(source, first) ? slots.slice(1, missing + 1) : slots.slice(0, missing)
  const before = bare.every((slot) => isBare(slot)) ? bare.map((slot) => rawLine(source, slot)) : []
  const signs = rawLine(source, isToken(source, first) ? first : (slots[before.length] ?? first))
  const [line = '', ...others] = lines
  const all = [...before, signsOf(signs) + line, ...others.map(signed)]
  const indent = /[ \t]*$/.exec(source.slice(0, slots.at(-1)?.start ?? 0))?.[0] ?? ''
  return (
    intoSlots(source, slots, all) +
    all
      .slice(slots.length)
      .map((extra) => `\n${indent}${extra}`)
      .join('')
  )
}

/** `token` in the first slot; in all others the bare sign, after the bare lines that the comment begins with. */
export function placeToken(source: string, slots: readonly Span[], token: string): string {
  const lead = bareLead(slots)
  const lines = slots.map((slot) => rawLine(source, slot))
  const others = lines.slice(lead + 1).map((line) => line.slice(0, 1))
  return intoSlots(source, slots, [signsOf(lines[lead] ?? '') + token, ...lines.slice(0, lead), ...others])
}

/** As many of `lines` as there are slots, with what lies between these. */
function intoSlots(source: string, slots: readonly Span[], lines: readonly string[]): string {
  const parts = slots.slice(0, lines.length).map((slot, index) => {
    const before = slots[index - 1]
    return (before === undefined ? '' : source.slice(before.end, slot.start)) + (lines[index] ?? '')
  })
  return parts.join('')
}

function rawLine(source: string, { start, end }: Span): string {
  return source.slice(start, end)
}

/** A further line of a comment, which brings its own sign unless another tool took it off. */
export function signed(line: string): string {
  return /^[;#]/.test(line) ? line : `; ${line}`
}

/** The only line of a comment that has no room for more. Throws `FORMAT_INVALID`. */
export function onlyLine(lines: readonly string[]): string {
  if (lines.length === 1) return lines[0] ?? ''
  throw cannotCarry('', 'an INI comment behind a value or a section is one line')
}
