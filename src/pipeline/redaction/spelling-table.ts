/** How a character is spelled, worked out once. */
export interface Spelling {
  readonly literal: string
  /** What follows a backslash; several where each of them follows one. */
  readonly escapes: readonly (readonly string[])[]
  /** Percent-encoded, once and twice; also what backslashes made of it: JSON in a URL. */
  readonly percents: readonly string[]
  readonly entities: readonly string[]
  /** As quoting by doubling or by ending the quotes makes them. */
  readonly quoted: readonly string[]
}

const cache = new Map<number, Spelling>()

/** The spellings of a code point that do not depend on what stands before it. */
export function spellingOf(unit: number): Spelling {
  const known = cache.get(unit)
  if (known !== undefined) return known
  const sign = String.fromCodePoint(unit)
  const utf8 = Buffer.from(sign, 'utf8')
  const percent = (prefix: string): string =>
    Array.from(utf8, (byte) => `${prefix}${byte.toString(16).padStart(2, '0')}`).join('')
  const spelling: Spelling = {
    literal: utf8.toString('latin1'),
    escapes: escapesOf(unit, sign, utf8),
    percents: [percent('%'), percent('%25'), ...escapesInPercent(unit, sign, utf8)],
    entities: entitiesOf(unit, sign).flatMap((name) => [`&${name};`, `&amp;${name};`]),
    quoted: quotedOf(unit, sign),
  }
  cache.set(unit, spelling)
  return spelling
}

/** What stands behind a backslash for a control character. */
export const LETTERS: Readonly<Record<string, readonly string[]>> = {
  '\0': ['0'],
  '\u0007': ['a'],
  '\b': ['b'],
  '\t': ['t'],
  '\n': ['n'],
  '\v': ['v'],
  '\f': ['f'],
  '\r': ['r'],
  '\u001b': ['e', 'E'],
}

function escapesOf(unit: number, sign: string, utf8: Buffer): readonly (readonly string[])[] {
  const hex = unit.toString(16)
  const halves = Array.from({ length: sign.length }, (_, index) => `u${hex4(sign.charCodeAt(index))}`)
  return [
    ...(LETTERS[sign] ?? []).map((letter) => [letter]),
    ...(unit < 0x100 ? [[`x${hex.padStart(2, '0')}`]] : []),
    halves,
    [`u{${hex}}`],
    [`U${hex.padStart(8, '0')}`],
    Array.from(utf8, (byte) => byte.toString(8).padStart(3, '0')),
    ...(unit < 0x80 ? [] : [Array.from(utf8, (byte) => `x${byte.toString(16).padStart(2, '0')}`)]),
    ...(unit < 0x80 ? [] : [Array.from(utf8, (byte) => String.fromCodePoint(byte))]),
  ]
}

function escapesInPercent(unit: number, sign: string, utf8: Buffer): readonly string[] {
  const own = sign === '"' || sign === '\\' || sign === '/' ? [`%${unit.toString(16)}`] : []
  return [...own.map((end) => [end]), ...escapesOf(unit, sign, utf8)].map((parts) =>
    parts.map((part) => `%5c${part}`).join(''),
  )
}

function hex4(code: number): string {
  return code.toString(16).padStart(4, '0')
}

const ENTITY_NAMES: Readonly<Record<string, readonly string[]>> = {
  '"': ['quot'],
  '&': ['amp'],
  "'": ['apos'],
  '<': ['lt'],
  '>': ['gt'],
  '\n': ['newline'],
  '\t': ['tab'],
}

function entitiesOf(unit: number, sign: string): readonly string[] {
  const hex = unit.toString(16)
  return [
    ...(ENTITY_NAMES[sign] ?? []),
    `#${unit}`,
    `#${String(unit).padStart(3, '0')}`,
    `#x${hex}`,
    `#x${hex.padStart(2, '0')}`,
    `#x${hex4(unit)}`,
  ]
}

function quotedOf(unit: number, sign: string): readonly string[] {
  if (sign === "'") return [`'\\''`, `'"'"'`, `''`]
  if (sign === '"') return [`""`, `"'"'"`]
  if (sign === '$' || sign === '%') return [sign + sign]
  if (sign === ' ') return ['+']
  if (unit >= 0x80) return [Array.from(Buffer.from(sign, 'utf8'), highByte).join('')]
  // As `cat -v` shows it, and as GNU's tools quote it in a word: 'a'$'\n''b'.
  if (unit < 0x20) {
    const octal = unit.toString(8).padStart(3, '0')
    return [
      ...(sign === '\n' ? ["'\n'"] : []),
      `^${String.fromCodePoint(unit + 0x40)}`,
      ...[octal, ...(LETTERS[sign] ?? [])].map((name) => `'$'\\${name}''`),
    ]
  }
  return []
}

/** As `cat -v` shows a byte above 127: `M-` and what it would be without its highest bit. */
function highByte(byte: number): string {
  const low = byte - 0x80
  return `M-${low < 0x20 ? `^${String.fromCodePoint(low + 0x40)}` : String.fromCodePoint(low)}`
}
