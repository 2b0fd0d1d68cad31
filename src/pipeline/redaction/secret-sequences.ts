import { secretForms } from '../secret-forms.ts'
import { WORD_BOUND_BELOW, whyNotMasked } from './maskable.ts'
import { type Sequence, unitsOf } from './sequence.ts'

/** Letters of base64 or hexadecimal in a row that make a part of a value one that is recognised in pieces. */
const MIN_DENSE = 40

/** Units of the shortest such piece. */
const PIECE = 32

/** Units of the shortest form other than the value itself that is looked for. */
const MIN_FORM = 8

/**
 * The forms of a secret that a log may show, as sequences: the value, in capitals and in small letters, base64 at the three
 * alignments, hexadecimal, UTF-16; each line of several, and the bodies of keys whole; the password of a URL, the texts of a JSON
 * object. Quoting is no form: the sequence is followed through it. Gives none for a value that is not to be masked.
 */
export function secretSequences(secret: number, value: string | Uint8Array): readonly Sequence[] {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(value)
  const text = textOf(bytes)
  if (text !== undefined && whyNotMasked(text) !== undefined) return []
  const found = text === undefined ? binaryForms(secret, bytes) : textForms(secret, text.trim())
  const seen = new Set<string>()
  return found.filter((sequence) => {
    const key = `${sequence.kind === 'exact'}${Buffer.from(sequence.units.buffer).toString('latin1')}`
    const isNew = sequence.units.length > 0 && !seen.has(key)
    seen.add(key)
    return isNew
  })
}

function textOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('utf8')
  return Buffer.from(text, 'utf8').equals(bytes) ? text : undefined
}

function binaryForms(secret: number, bytes: Buffer): readonly Sequence[] {
  return [...exactForms(secret, bytes), ...encodedForms(secret, bytes)]
}

function textForms(secret: number, text: string): readonly Sequence[] {
  const values = [text, ...innerTexts(text)]
  return [
    ...values.flatMap((value) => [...plainForms(secret, value), ...encodedForms(secret, Buffer.from(value, 'utf8'))]),
    ...linesOf(text).map((line) => sequenceFor({ secret, form: 'one line' }, line)),
    ...denseParts(text).map((part) => dense({ secret, form: 'a part' }, part)),
  ]
}

interface Named {
  readonly secret: number
  readonly form: string
}

function plainForms(secret: number, text: string): readonly Sequence[] {
  return [
    sequenceFor({ secret, form: 'as it is' }, text),
    sequenceFor({ secret, form: 'in capitals' }, text.toUpperCase()),
    sequenceFor({ secret, form: 'in small letters' }, text.toLowerCase()),
    ...(['utf16le', 'utf16be'] as const).map((form) => exact({ secret, form: 'UTF-16' }, utf16(text, form))),
  ]
}

function sequenceFor(named: Named, text: string): Sequence {
  if (new RegExp(`^[A-Za-z0-9+/=_-]{${MIN_DENSE},}$`).test(text)) return dense(named, text)
  return { ...named, kind: 'quoted', units: unitsOf(text), wordBound: Buffer.byteLength(text) < WORD_BOUND_BELOW }
}

function exactForms(secret: number, bytes: Buffer): readonly Sequence[] {
  return secretForms(bytes).map(({ name, bytes: form }) => exact({ secret, form: name }, form))
}

function exact(named: Named, bytes: Uint8Array): Sequence {
  return { ...named, kind: 'exact', units: Uint8Array.from(bytes) }
}

function dense(named: Named, text: string): Sequence {
  const units = Uint8Array.from(Buffer.from(text.replace(/=+$/, ''), 'latin1'))
  const sequence: Sequence = { ...named, kind: 'dense', units, urlSafe: true }
  return units.length >= PIECE * 2 ? { ...sequence, pieces: PIECE } : sequence
}

function encodedForms(secret: number, bytes: Buffer): readonly Sequence[] {
  const hex = bytes.toString('hex')
  return [
    ...alignedBase64(bytes).map((text) => dense({ secret, form: 'base64' }, text)),
    dense({ secret, form: 'hexadecimal' }, hex),
    dense({ secret, form: 'hexadecimal' }, hex.toUpperCase()),
  ].filter(({ units }) => units.length >= MIN_FORM)
}

/** Without the characters that depend on what stands before and after. */
function alignedBase64(bytes: Buffer): readonly string[] {
  return [0, 1, 2].map((shift) => {
    const padded = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const own = padded.slice(shift === 0 ? 0 : shift + 1)
    return (shift + bytes.length) % 3 === 0 ? own : own.slice(0, -1)
  })
}

function utf16(text: string, order: 'utf16le' | 'utf16be'): Buffer {
  const bytes = Buffer.from(text, 'utf16le')
  return order === 'utf16le' ? bytes : bytes.swap16()
}

/** The frame of every key of a kind is no secret. */
const ARMOR = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/

function linesOf(text: string): readonly string[] {
  const lines = text.split(/\r?\n/).map((line) => line.trim())
  if (lines.length < 2) return []
  return [...new Set(lines)].filter(
    (line) => !ARMOR.test(line) && line.length >= MIN_FORM && whyNotMasked(line) === undefined,
  )
}

/** Long rows of base64 or hexadecimal, over the ends of lines: the bodies of keys, the parts of a token. */
function denseParts(text: string): readonly string[] {
  const parts = text.split(/[^A-Za-z0-9+/=_\r\n-]+|-----[A-Z0-9 ]+-----/).map((part) => part.replaceAll(/[\r\n]+/g, ''))
  return parts.filter((part) => part.length >= MIN_DENSE && part !== text && looksRandom(part))
}

/** Words and paths have few digits or no capitals. */
function looksRandom(part: string): boolean {
  return /[0-9]/.test(part) && ((/[a-z]/.test(part) && /[A-Z]/.test(part)) || /^[0-9a-fA-F]+$/.test(part))
}

/** Levels of a JSON value that are looked into, and texts that are taken out of it. */
const MAX_DEPTH = 8
const MAX_TEXTS = 1000

function innerTexts(text: string): readonly string[] {
  const found = [...urlPasswords(text), ...jsonTexts(text)]
  return found
    .map((inner) => inner.trim())
    .filter((inner) => inner.length >= MIN_FORM && whyNotMasked(inner) === undefined)
}

function urlPasswords(text: string): readonly string[] {
  const password = /^[a-z][a-z0-9+.-]*:\/\/[^/?#@\s:]*:([^/?#@\s]+)@/i.exec(text)?.[1]
  if (password === undefined) return []
  try {
    return [password, decodeURIComponent(password)]
  } catch {
    return [password]
  }
}

function jsonTexts(text: string): readonly string[] {
  if (!/^[[{]/.test(text)) return []
  const texts: string[] = []
  try {
    collectTexts(JSON.parse(text), texts, 0)
  } catch {
    return []
  }
  // Texts of one kind of signs are names, addresses, kinds of keys.
  return texts.filter(
    (inner) => /[0-9]/.test(inner) && /[A-Z]/.test(inner) && /[a-z]/.test(inner) && !/^https?:/.test(inner),
  )
}

function collectTexts(value: unknown, texts: string[], depth: number): void {
  if (depth > MAX_DEPTH || texts.length >= MAX_TEXTS) return
  if (typeof value === 'string') texts.push(value)
  else if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) collectTexts(inner, texts, depth + 1)
  }
}
