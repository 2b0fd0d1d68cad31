import { isSecretsError } from '../core/errors.ts'
import type { Format, ParsedText } from '../core/format.ts'

/** What could be understood of a text. */
export interface SalvagedText {
  readonly parsed: ParsedText
  /** The line in which the text breaks off, from 1; undefined when the whole text could be used. */
  readonly lostFrom: number | undefined
}

/** Attempts for one text: each cuts off at least the line that cannot be read. */
const MAX_CUTS = 200

/**
 * Parses a text, or as much of its beginning as its format takes: the end of a damaged file is cut off behind the last
 * good line, and what stands open there is closed. Bytes that are no UTF-8 count as damage to where they stand.
 * Throws what the format throws when nothing is left.
 */
export function salvageText(format: Format, content: Uint8Array): SalvagedText {
  // Not fatal, unlike everywhere else: one bad byte must not take the rest of the file with it.
  const text = new TextDecoder('utf-8', { ignoreBOM: true }).decode(content)
  const whole = attempt(format, text)
  if ('parsed' in whole) return { parsed: whole.parsed, lostFrom: undefined }
  // Before lines are cut off: a JSON text may have all of its values in one.
  const closed = closedJson(text)
  const mended = closed === undefined ? undefined : attempt(format, closed)
  if (mended !== undefined && 'parsed' in mended) return { parsed: mended.parsed, lostFrom: whole.line }
  const lines = text.split('\n')
  const end = Math.min(lines.length, whole.line) - 1
  for (let kept = end; kept > 0 && end - kept < MAX_CUTS; kept -= 1) {
    const beginning = attempt(format, `${lines.slice(0, kept).join('\n')}\n`)
    if ('parsed' in beginning) return { parsed: beginning.parsed, lostFrom: kept + 1 }
  }
  throw whole.error
}

type Attempt = { readonly parsed: ParsedText } | { readonly error: Error; readonly line: number }

function attempt(format: Format, text: string): Attempt {
  try {
    return { parsed: format.parse(text) }
  } catch (error) {
    if (!isSecretsError(error) || error.code !== 'FORMAT_INVALID') throw error
    return { error, line: error.place.line ?? text.split('\n').length }
  }
}

/** Strings, and what gives a JSON text its shape; a string that does not end is none. */
const JSON_SIGNS = /"(?:[^"\\]|\\.)*"|[{}[\],"]/gs

/** A JSON text cut off behind its last whole member, with what is open there closed; undefined for other texts. */
function closedJson(text: string): string | undefined {
  if (!/^\ufeff?\s*\{/.test(text)) return undefined
  const open: string[] = []
  let [end, closing] = [0, '']
  for (const { 0: sign, index } of text.matchAll(JSON_SIGNS)) {
    if (sign === '"') break
    if (sign.startsWith('"')) continue
    if (sign === '{' || sign === '[') open.unshift(sign === '{' ? '}' : ']')
    else if (sign !== ',') open.shift()
    end = sign === ',' ? index : index + 1
    closing = open.join('')
  }
  return text.slice(0, end) + closing
}
