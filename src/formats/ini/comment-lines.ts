import type { Span } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'

/** What sops strips from the beginning of a comment: its signs and blanks, but no tabs (`stripCommentChar`). */
const SIGNS = /^(?:;[; ]*|#[# ]*)/

/** The sign that begins `line`, with all that sops strips with it. */
export function signsOf(line: string): string {
  return SIGNS.exec(line)?.[0] ?? ''
}

/** A comment of these lines as sops has it: joined, without the first sign and without blanks at the end. */
export function joinedText(source: string, lines: readonly Span[]): string {
  const joined = lines.map(({ start, end }) => source.slice(start, end)).join('\n')
  return joined.slice(signsOf(joined).length)
}

/** Whether the line holds an encrypted comment. */
export function isToken(source: string, line: Span): boolean {
  const content = source.slice(line.start, line.end)
  return content.startsWith('ENC[', signsOf(content).length)
}

/** Whether the line is nothing but its sign. */
export function isBare(source: string, { start, end }: Span): boolean {
  return source.slice(start, end).trim().length === 1
}

/**
 * The text of a comment in the place of `slots`, line by line; what lies between the slots stays. Lines that
 * have no slot follow the last one; a slot that has no line is dropped unless it is bare.
 */
export function fillSlots(source: string, slots: readonly Span[], lines: readonly string[]): string {
  const [first, ...others] = slots
  if (first === undefined) return ''
  const parts = [signsOf(source.slice(first.start, first.end)) + (lines[0] ?? '')]
  let end = first.end
  for (const [index, slot] of others.entries()) {
    const line = lines[index + 1]
    const gap = source.slice(end, slot.start)
    if (line !== undefined) parts.push(gap + signed(line))
    else if (isBare(source, slot)) parts.push(gap + source.slice(slot.start, slot.end))
    end = slot.end
  }
  const indent = /[ \t]*$/.exec(source.slice(0, slots.at(-1)?.start ?? 0))?.[0] ?? ''
  for (const line of lines.slice(slots.length)) parts.push(`\n${indent}${signed(line)}`)
  return parts.join('')
}

/** `token` in the first slot, the bare sign in all others; what lies between them stays. */
export function placeToken(source: string, slots: readonly Span[], token: string): string {
  const [first, ...others] = slots
  if (first === undefined) return ''
  const parts = [signsOf(source.slice(first.start, first.end)) + token]
  let end = first.end
  for (const slot of others) {
    parts.push(source.slice(end, slot.start) + source.slice(slot.start, slot.start + 1))
    end = slot.end
  }
  return parts.join('')
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
