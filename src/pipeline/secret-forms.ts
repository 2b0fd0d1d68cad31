/** The forms in which a secret value turns up elsewhere: what logs, programs and people make of it. */

/** One form of a value. */
export interface SecretForm {
  /** What it is called in a report. */
  readonly name: string
  readonly bytes: Uint8Array
}

/**
 * All forms of a value, each bytes once, the plainest name first: as it is, base64 at the three alignments that a text before it can
 * give it (without the characters that depend on its neighbours), base64url, hexadecimal in both cases, percent-encoded, as
 * JSON, XML and shells quote it, and the lines of a value that has several. None is shorter than a value worth finding.
 */
export function secretForms(value: string | Uint8Array): readonly SecretForm[] {
  const bytes = trimmed(typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value))
  const text = textOf(bytes)
  const spelled: (readonly [string, string | Buffer])[] = [
    ['as it is', bytes],
    ...base64Forms(bytes),
    ['hexadecimal', bytes.toString('hex')],
    ['hexadecimal', bytes.toString('hex').toUpperCase()],
    ...percentForms(bytes),
    ...(text === undefined ? [] : [...quotedForms(text), ...lines(text)]),
  ]
  const seen = new Set<string>()
  const forms: SecretForm[] = []
  for (const [name, form] of spelled) {
    // As text first: most forms are the same, and a text is compared without being encoded.
    const key = typeof form === 'string' ? form : (text ?? form.toString('latin1'))
    if (seen.has(key)) continue
    seen.add(key)
    const encoded = Buffer.from(form)
    if (encoded.length >= MIN_BYTES) forms.push({ name, bytes: encoded })
  }
  return forms
}

/** Bytes of the shortest value that is looked for. */
export const MIN_BYTES = 8

/** Bits of Shannon entropy that all of its bytes together must have. */
const MIN_BITS = 20

/** Letters or digits alone say too little unless there are this many of them. */
const MIN_WORD = 12
const MIN_DIGITS = 10

/** What stands in many files although somebody keeps it as a secret. */
const COMMON: ReadonlySet<string> = new Set(
  [
    'administrator authentication authorization configuration development distribution enterprise environment international',
    'localhost:3000 localhost:5432 localhost:6379 localhost:8080 127.0.0.1 http://localhost https://localhost example.com',
    'user@example.com admin@example.com noreply@example.com postgresql postgres://localhost redis://localhost:6379',
    'us-east-1 us-west-2 eu-west-1 eu-central-1 ap-southeast-1 application/json utf8mb4_unicode_ci europe/berlin',
    'changeme password password1 password123 12345678 123456789 1234567890 qwertyuiop undefined placeholder',
  ].flatMap((line) => line.split(' ')),
)

/**
 * Whether a value is rare enough that finding it elsewhere means something: at least 8 bytes, 20 bits of entropy over its own
 * distribution of bytes, not letters alone in one case (fewer than 12) or digits alone (fewer than 10), and no common word.
 */
export function isWorthFinding(value: string | Uint8Array): boolean {
  const bytes = trimmed(typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value))
  if (bytes.length < MIN_BYTES || entropyBits(bytes) < MIN_BITS) return false
  const text = bytes.length > 100 ? '' : bytes.toString('latin1')
  if (/^(?:[a-z]+|[A-Z]+|[A-Z][a-z]+)$/.test(text) && text.length < MIN_WORD) return false
  if (/^[0-9.,:-]+$/.test(text) && text.length < MIN_DIGITS) return false
  return !COMMON.has(text.toLowerCase())
}

function entropyBits(bytes: Uint8Array): number {
  const counts = new Map<number, number>()
  // A longer value has more than enough anyway.
  const judged = bytes.subarray(0, 1024)
  for (const byte of judged) counts.set(byte, (counts.get(byte) ?? 0) + 1)
  let bits = 0
  for (const count of counts.values()) bits -= count * Math.log2(count / judged.length)
  return bits
}

/** Files end in a line break that nobody means. */
function trimmed(bytes: Buffer): Buffer {
  let end = bytes.length
  while (end > 0 && (bytes[end - 1] === 0x0a || bytes[end - 1] === 0x0d)) end -= 1
  return bytes.subarray(0, end)
}

function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined
}

/** Lines of base64 in a PEM file; those of MIME (76) begin with the same characters. */
const BASE64_LINE = 64

function base64Forms(bytes: Buffer): readonly (readonly [string, string])[] {
  const aligned = [0, 1, 2].map((shift) => {
    const encoded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const own = encoded.slice(shift === 0 ? 0 : shift + 1)
    // The last character of an incomplete group also holds bits of what follows.
    return (shift + bytes.length) % 3 === 0 ? own : own.slice(0, -1)
  })
  const [first = ''] = aligned
  const wrapped = first.length > BASE64_LINE ? [first.slice(0, BASE64_LINE)] : []
  return [...aligned, ...wrapped].flatMap((form) => [
    ['base64', form] as const,
    ['base64url', form.replaceAll('+', '-').replaceAll('/', '_')] as const,
  ])
}

/** What `encodeURIComponent`, RFC 3986 and HTML's forms leave as it is. */
const UNESCAPED = [/[A-Za-z0-9\-_.~!'()*]/, /[A-Za-z0-9\-_.~]/, /[A-Za-z0-9\-_.*]/]

/** How each byte is spelled in each of these, in upper and lower case. */
const PERCENT_TABLES: readonly (readonly string[])[] = UNESCAPED.flatMap((kept, index) =>
  [true, false].map((upper) => Array.from({ length: 256 }, (_, byte) => percentSign(byte, kept, index === 2, upper))),
)

function percentSign(...[byte, kept, isForm, upper]: [number, RegExp, boolean, boolean]): string {
  const sign = String.fromCharCode(byte)
  if (kept.test(sign)) return sign
  if (isForm && sign === ' ') return '+'
  const digits = byte.toString(16).padStart(2, '0')
  return `%${upper ? digits.toUpperCase() : digits}`
}

function percentForms(bytes: Buffer): readonly (readonly [string, string])[] {
  return PERCENT_TABLES.map((table) => {
    let form = ''
    for (const byte of bytes) form += table[byte] ?? ''
    return ['URL', form] as const
  })
}

function quotedForms(text: string): readonly (readonly [string, string])[] {
  const json = JSON.stringify(text).slice(1, -1)
  const ascii = json.replace(/[\u007f-\uffff]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)
  const web = ascii.replace(/[<>&]/g, (sign) => `\\u00${sign.charCodeAt(0).toString(16)}`)
  const xml = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  return [
    ...[json, ascii, web, json.replaceAll('/', '\\/')].map((form) => ['JSON', form] as const),
    ['shell', text.replaceAll("'", "'\\''")],
    ['shell', text.replaceAll("'", `'"'"'`)],
    ['shell', text.replace(/[\\"$`]/g, '\\$&')],
    ['shell', text.replace(/[^\w@%+=:,./-]/g, '\\$&')],
    ['XML', xml],
    ['XML', xml.replaceAll('"', '&quot;').replaceAll("'", '&#39;')],
    ['XML', xml.replaceAll('"', '&quot;').replaceAll("'", '&apos;')],
  ]
}

/** What begins and ends every key of a kind is no secret. */
const ARMOR = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/

function lines(text: string): readonly (readonly [string, string])[] {
  const found = text.split(/\r?\n/).map((line) => line.trim())
  if (found.length < 2) return []
  return found
    .filter((line) => !ARMOR.test(line) && isWorthFinding(line))
    .flatMap((line) => [['one line', line] as const, ['one line, JSON', JSON.stringify(line).slice(1, -1)] as const])
}
