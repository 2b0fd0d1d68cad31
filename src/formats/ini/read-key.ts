import type { Span } from '../../core/tree.ts'
import { invalidAt } from '../format-error.ts'
import { nextLine, trimSpan } from './ini-text.ts'

/** A key, without quotes, and the place behind its delimiter. */
export interface IniKey {
  readonly key: string
  /** With its quotes. */
  readonly span: Span
  readonly valueFrom: number
}

/**
 * Reads the key of the line whose first character that is no blank is at `start`, as go-ini does (`readKeyName`):
 * up to the first `=` or `:`, or in double quotes, three of them, or backticks. Throws `FORMAT_INVALID`.
 */
export function readKey(text: string, start: number): IniKey {
  const next = nextLine(text, start)
  const quote = openingQuote(text, start, next)
  if (quote === undefined) {
    const delimiter = delimiterIn(text, start, next)
    const span = trimSpan(text, { start, end: delimiter })
    if (delimiter === start) throw invalidAt(text, start, 'a value without a key')
    return { key: text.slice(span.start, span.end), span, valueFrom: delimiter + 1 }
  }
  const from = start + quote.length
  const close = text.slice(from, next).indexOf(quote)
  if (close === -1) throw invalidAt(text, start, 'a key without its closing quote')
  const end = from + close + quote.length
  const delimiter = delimiterIn(text, end, next)
  const junk = trimSpan(text, { start: end, end: delimiter })
  if (junk.end > junk.start) throw invalidAt(text, junk.start, 'text between a key and its delimiter')
  const inner = trimSpan(text, { start: from, end: from + close })
  if (inner.start === inner.end) throw invalidAt(text, start, 'a value without a key')
  return { key: text.slice(inner.start, inner.end), span: { start, end }, valueFrom: delimiter + 1 }
}

function openingQuote(text: string, start: number, next: number): string | undefined {
  if (text[start] === '`') return '`'
  if (text[start] !== '"') return undefined
  return text.startsWith('"""', start) && next - start > 6 ? '"""' : '"'
}

function delimiterIn(text: string, start: number, end: number): number {
  for (let at = start; at < end; at += 1) if (text[at] === '=' || text[at] === ':') return at
  throw invalidAt(text, start, 'a line that is no section, no key with a value and no comment')
}
