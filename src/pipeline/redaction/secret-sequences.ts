import { decodeUtf8 } from '../../core/decode-value.ts'
import { alignedBase64 } from './aligned-base64.ts'
import type { FindingRule } from './finding-rule.ts'
import { denseParts, innerTexts, linesOf, MIN_DENSE, MIN_FORM } from './inner-values.ts'
import { WORD_BOUND_BELOW } from './maskable.ts'
import { percentForms } from './percent-forms.ts'
import { type Sequence, unitsOf } from './sequence.ts'

/** Units of the shortest piece of a long one that is recognised. */
const PIECE = 32

/**
 * The forms of a secret that a text may show, as sequences: the value, in capitals and in small letters, base64 at the three
 * alignments, hexadecimal, UTF-16; each line of several, and the bodies of keys whole; the password of a URL, the texts of a JSON
 * object. Quoting is no form: the sequence is followed through it. Gives none for a value that the rule does not look for.
 */
export function secretSequences(secret: number, value: string | Uint8Array, rule: FindingRule): readonly Sequence[] {
  const text = typeof value === 'string' ? value : decodeUtf8(value)
  if (text !== undefined && !rule.isFound(text)) return []
  const forms = new Forms(secret, rule)
  if (text === undefined) addBinary(Buffer.from(value), forms)
  else addText(text.trim(), forms)
  return forms.sequences
}

/** Collects sequences, each once. */
class Forms {
  readonly sequences: Sequence[] = []
  readonly rule: FindingRule
  readonly #secret: number
  readonly #seen = new Set<string>()

  constructor(secret: number, rule: FindingRule) {
    this.#secret = secret
    this.rule = rule
  }

  /** A text as it is, or however it is quoted. */
  quoted(form: string, text: string): void {
    if (text.length >= MIN_DENSE && IS_DENSE.test(text)) return this.dense(form, text)
    if (this.#isKnown(text)) return
    const wordBound = text.length < WORD_BOUND_BELOW && Buffer.byteLength(text) < WORD_BOUND_BELOW
    this.sequences.push({ secret: this.#secret, form, kind: 'quoted', units: unitsOf(text), wordBound })
  }

  /** Base64 or hexadecimal, however it is wrapped. */
  dense(form: string, text: string): void {
    const end = endOfPadding(text)
    if (end < MIN_FORM || this.#isKnown(text)) return
    const units = Buffer.from(end === text.length ? text : text.slice(0, end), 'latin1')
    const pieces = this.rule.pieces && end >= PIECE * 2 ? PIECE : undefined
    this.sequences.push({ secret: this.#secret, form, kind: 'dense', units, urlSafe: true, pieces })
  }

  /** These bytes and no others. */
  exact(form: string, units: Buffer): void {
    if (units.length >= MIN_FORM) this.sequences.push({ secret: this.#secret, form, kind: 'exact', units })
  }

  #isKnown(text: string): boolean {
    const before = this.#seen.size
    return this.#seen.add(text).size === before
  }
}

const IS_DENSE = /^[A-Za-z0-9+/=_-]*$/

function endOfPadding(text: string): number {
  let end = text.length
  while (end > 0 && text[end - 1] === '=') end -= 1
  return end
}

function addBinary(bytes: Buffer, forms: Forms): void {
  forms.exact('as it is', bytes)
  for (const form of percentForms(bytes)) forms.exact('URL', Buffer.from(form, 'latin1'))
  addEncoded(bytes, forms)
}

function addText(text: string, forms: Forms): void {
  const { isFound, otherCases } = forms.rule
  for (const value of [text, ...innerTexts(text, isFound)]) {
    forms.quoted('as it is', value)
    if (otherCases) {
      forms.quoted('in capitals', value.toUpperCase())
      forms.quoted('in small letters', value.toLowerCase())
    }
    const utf16 = Buffer.from(value, 'utf16le')
    forms.exact('UTF-16', utf16)
    forms.exact('UTF-16', Buffer.from(utf16).swap16())
    addEncoded(Buffer.from(value, 'utf8'), forms)
  }
  for (const line of linesOf(text, isFound)) forms.quoted('one line', line)
  for (const part of denseParts(text)) forms.dense('a part', part)
}

function addEncoded(bytes: Buffer, forms: Forms): void {
  for (const text of alignedBase64(bytes)) forms.dense('base64', text)
  const hex = bytes.toString('hex')
  forms.dense('hexadecimal', hex)
  forms.dense('hexadecimal', hex.toUpperCase())
}
