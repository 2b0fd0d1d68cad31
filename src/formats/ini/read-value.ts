import type { Span } from '../../core/tree.ts'
import { invalidAt } from '../format-error.ts'
import { commentSign, nextLine, trimSpan } from './ini-text.ts'

/** What stands around a value; without quotes it may be continued on further lines. */
export type Quote = '' | '"' | "'" | '`' | '"""'

/** A value as go-ini reads it. */
export interface IniValue {
  readonly text: string
  /** With its quotes; empty, at the place of a value, where there is none. */
  readonly span: Span
  readonly quote: Quote
  /** The comment behind it in the same line, sign included. */
  readonly comment: Span | undefined
  /** Whether go-ini sees that comment: it passes over all behind a closing quote in the line of the opening one. */
  readonly isCommentSeen: boolean
  /** Where the next line begins. */
  readonly next: number
}

/**
 * Reads the value that begins behind a delimiter at `from`, as go-ini does (`readValue`). Text that go-ini passes
 * over in silence, behind a closing quote, is refused: it would be lost. Throws `FORMAT_INVALID`.
 */
export function readValue(text: string, from: number): IniValue {
  const next = nextLine(text, from)
  const content = trimSpan(text, { start: from, end: next })
  if (content.start === content.end) return emptyValue(text, from, next)
  const quote = openingQuote(text, content.start, next)
  if (quote !== undefined) return readQuoted(text, content.start, quote)
  if (text[content.end - 1] === '\\') return readContinued(text, content, next)
  const sign = commentSign(text, content)
  const comment = sign === undefined ? undefined : { start: sign, end: content.end }
  const span = sign === undefined ? content : trimSpan(text, { start: content.start, end: sign })
  const plain = text.slice(span.start, span.end)
  const around = surroundingQuote(plain)
  return { text: around === '' ? plain : plain.slice(1, -1), span, quote: around, comment, isCommentSeen: true, next }
}

/** The quotes that go-ini takes off: a pair of the same kind at both ends, with none in between. */
function surroundingQuote(plain: string): '' | '"' | "'" {
  const quote = plain[0]
  if (quote !== '"' && quote !== "'") return ''
  return plain.length > 1 && plain.indexOf(quote, 1) === plain.length - 1 ? quote : ''
}

function emptyValue(text: string, from: number, next: number): IniValue {
  const start = text[from] === ' ' || text[from] === '\t' ? from + 1 : from
  return { text: '', span: { start, end: start }, quote: '', comment: undefined, isCommentSeen: true, next }
}

function openingQuote(text: string, start: number, next: number): '`' | '"""' | undefined {
  if (text[start] === '`') return '`'
  return text.startsWith('"""', start) && next - start > 3 ? '"""' : undefined
}

/** Up to the last closing quote of the first line that has one. */
function readQuoted(text: string, start: number, quote: '`' | '"""'): IniValue {
  const from = start + quote.length
  for (let line = from; line < text.length; ) {
    const next = nextLine(text, line)
    const found = text.slice(line, next).lastIndexOf(quote)
    const end = line + found + quote.length
    const rest = trimSpan(text, { start: end, end: next })
    const goesOn = found === -1 || (line !== from && text[rest.end - 1] === '\\' && rest.end > rest.start)
    if (!goesOn) {
      const comment = commentBehind(text, rest)
      const value = { text: text.slice(from, line + found), span: { start, end }, quote }
      return { ...value, comment, isCommentSeen: line !== from, next }
    }
    line = next
  }
  throw invalidAt(text, start, 'a value without its closing quote')
}

function commentBehind(text: string, rest: Span): Span | undefined {
  if (rest.start === rest.end) return undefined
  if (commentSign(text, rest) === rest.start) return rest
  throw invalidAt(text, rest.start, 'text behind a closing quote', 'remove it, or begin it with ; as a comment')
}

/** A backslash at the end goes on with the next line, whatever it holds, up to a line without one. */
function readContinued(text: string, first: Span, next: number): IniValue {
  let value = text.slice(first.start, first.end - 1)
  let [end, line] = [first.end, next]
  for (;;) {
    const following = nextLine(text, line)
    const content = trimSpan(text, { start: line, end: following })
    line = following
    if (content.start === content.end) break
    value += text.slice(content.start, content.end)
    end = content.end
    if (!value.endsWith('\\')) break
    value = value.slice(0, -1)
  }
  return {
    text: value,
    span: { start: first.start, end },
    quote: '',
    comment: undefined,
    isCommentSeen: true,
    next: line,
  }
}
