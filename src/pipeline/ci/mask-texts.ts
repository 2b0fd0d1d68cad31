import { alignedBase64 } from '../redaction/aligned-base64.ts'
import { innerTexts, linesOf } from '../redaction/inner-values.ts'
import { whyNotMasked } from '../redaction/maskable.ts'

/** Characters of the shortest form other than the value itself that is worth a mask. */
const MIN_FORM = 8

/** Bytes of the longest value of which other forms are registered; longer ones are masked line by line. */
const MAX_ENCODED = 65_536

/** A value for a system that masks what it is told. */
export interface MaskTexts {
  /** Each one line; systems look for them as they are, and in the forms that they derive themselves. */
  readonly texts: readonly string[]
  /** Why the value itself is not masked, for the user. */
  readonly reason?: string
}

/**
 * What a system has to be told to mask so that a value does not show: the value, or each of its lines that says anything (a
 * system that reads logs by line never sees several, and one that splits them itself would mask every `{`), what it holds
 * (passwords of URLs, texts of JSON), and each in base64, hexadecimal and the quotings of logs. Nothing for a value that a log
 * cannot do without: see `whyNotMasked`.
 */
export function maskTexts(value: string): MaskTexts {
  if (value.trim() === '') return { texts: [] }
  const reason = whyNotMasked(value)
  if (reason !== undefined) return { texts: [], reason }
  const whole = value.trim()
  const lines = isOneLine(whole) ? [whole] : linesOf(whole.replaceAll(/\r\n?/g, '\n'))
  const parts = [...lines, ...innerTexts(whole)].filter(isOneLine)
  const forms = [...new Set([value, whole, ...innerTexts(whole)])].flatMap(encodedForms)
  return { texts: [...new Set([...parts, ...forms])] }
}

function isOneLine(text: string): boolean {
  return !/[\r\n]/.test(text)
}

function encodedForms(text: string): readonly string[] {
  const bytes = Buffer.from(text, 'utf8')
  if (bytes.length > MAX_ENCODED) return []
  const base64 = alignedBase64(bytes)
  const json = JSON.stringify(text).slice(1, -1)
  // A text of JSON may hold half of a character, of which there is no UTF-8.
  const percent = encodeURIComponent(bytes.toString('utf8'))
  const forms = [
    ...base64,
    ...base64.map((form) => form.replaceAll('+', '-').replaceAll('/', '_')),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    percent,
    percent.replaceAll('%20', '+'),
    percent.replaceAll(/%[0-9A-F]{2}/g, (sign) => sign.toLowerCase()),
    json,
    JSON.stringify(json).slice(1, -1),
    text.replaceAll("'", `'\\''`),
    text.replaceAll(/[\\"$`]/g, '\\$&'),
    text.replaceAll(/[^\w@%+=:,./-]/g, '\\$&'),
  ]
  return forms.filter((form) => form.length >= MIN_FORM && form !== text && isOneLine(form))
}
