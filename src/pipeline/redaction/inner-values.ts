import { whyNotMasked } from './maskable.ts'

/** Characters of the shortest part of a value that is looked for by itself. */
export const MIN_FORM = 8

/** Letters of base64 or hexadecimal in a row that make a part of a value one that is recognised in pieces. */
export const MIN_DENSE = 40

/** Whether a text would be looked for if it were a value by itself. */
type IsFound = (text: string) => boolean

const isMasked: IsFound = (text) => whyNotMasked(text) === undefined

/** The password of a URL and the texts of a JSON value, where they alone would be looked for. */
export function innerTexts(text: string, isFound: IsFound = isMasked): readonly string[] {
  return [...urlPasswords(text), ...jsonTexts(text)]
    .map((inner) => inner.trim())
    .filter((inner) => inner.length >= MIN_FORM && isFound(inner))
}

/** The lines of a value that has several, where they alone would be looked for. */
export function linesOf(text: string, isFound: IsFound = isMasked): readonly string[] {
  if (!text.includes('\n')) return []
  const lines = new Set(text.split('\n').map((line) => line.trim()))
  return [...lines].filter((line) => line.length >= MIN_FORM && !ARMOR.test(line) && isFound(line))
}

/** Long rows of base64 or hexadecimal, over the ends of lines: the bodies of keys, the parts of a token. */
export function denseParts(text: string): readonly string[] {
  if (text.length < MIN_DENSE) return []
  const parts = text.split(/[^A-Za-z0-9+/=_\r\n-]+|-----[A-Z0-9 ]+-----/).map((part) => part.replaceAll(/[\r\n]+/g, ''))
  return parts.filter((part) => part.length >= MIN_DENSE && part !== text && looksRandom(part))
}

/** The frame of every key of a kind is no secret. */
const ARMOR = /^-----(?:BEGIN|END) [A-Z0-9 ]+-----$/

/** Words and paths have few digits or no capitals. */
function looksRandom(part: string): boolean {
  return /[0-9]/.test(part) && ((/[a-z]/.test(part) && /[A-Z]/.test(part)) || /^[0-9a-fA-F]+$/.test(part))
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

/** Levels of a JSON value that are looked into, and texts that are taken out of it. */
const MAX_DEPTH = 8
const MAX_TEXTS = 1000

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
