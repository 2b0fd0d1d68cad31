import { SecretsError } from '../../core/errors.ts'
import { type Scalar, stringScalar } from '../../core/scalar.ts'
import type { PlainValue, ScalarNode, Span } from '../../core/tree.ts'
import { type CommentNode, type Edit, isScalar, type MapItem, type MapNode } from '../../core/tree.ts'
import { unescapeLineBreaks } from '../flat-metadata.ts'
import { cannotCarry, invalidAt } from '../format-error.ts'
import { cutLines, type DotenvLine, type DotenvText, insertLines, removeLines } from './dotenv-lines.ts'
import { METADATA_PREFIX, spellDotenvLine, spellDotenvScalar } from './spell-dotenv.ts'

/** A line of metadata: its key without the prefix, its value with real line breaks. */
export interface MetadataLine {
  readonly key: string
  readonly value: string
  readonly valueSpan: Span
  /** Index of the line in the text. */
  readonly index: number
}

/** A parsed text. */
export interface DotenvDocument {
  readonly source: DotenvText
  readonly root: DotenvMap
  readonly metadata: readonly MetadataLine[]
  /** Keys and comments of the text, those of the metadata among them. */
  readonly lines: readonly (MapItem | CommentNode)[]
}

/**
 * Parses a text by sops's rules: an empty line, `#` and a comment, or a key up to the first `=` and a value,
 * both verbatim, quotes and blanks included. Throws `FORMAT_INVALID` with line and column for any other line
 * and for a key that stands twice, of which most readers would see but one.
 */
export function readDotenv(text: string): DotenvDocument {
  if (text.startsWith('\uFEFF')) throw invalidAt(text, 0, 'a byte order mark before the first key')
  const source = cutLines(text)
  const items: (MapItem | CommentNode)[] = []
  const lines: (MapItem | CommentNode)[] = []
  const lineOf = new Map<string, number>()
  const metadata: MetadataLine[] = []
  const keys = new Set<string>()
  for (const [index, line] of source.lines.entries()) {
    if (line.span.end === line.span.start) continue
    if (text[line.span.start] === '#') {
      const comment = new DotenvComment(text, line.span)
      items.push(comment)
      lines.push(comment)
      continue
    }
    const item = readItem(text, line)
    if (keys.has(item.key)) throw duplicateKey(text, line)
    keys.add(item.key)
    lines.push(item)
    if (item.key.startsWith(METADATA_PREFIX)) metadata.push(metadataLine(text, item, index))
    else {
      items.push(item)
      lineOf.set(item.key, index)
    }
  }
  return { source, root: new DotenvMap(source, items, lineOf), metadata, lines }
}

/** The only map of a text. Appending puts a line before the metadata at the end. */
export class DotenvMap implements MapNode {
  readonly kind = 'map' as const
  readonly span: Span
  readonly items: readonly (MapItem | CommentNode)[]
  readonly #source: DotenvText
  readonly #lineOf: ReadonlyMap<string, number>

  constructor(source: DotenvText, items: readonly (MapItem | CommentNode)[], lineOf: ReadonlyMap<string, number>) {
    this.#source = source
    this.#lineOf = lineOf
    this.items = items
    this.span = { start: 0, end: source.text.length }
  }

  /** Throws `RESERVED_KEY` for a key of metadata, `NAME_CLASH` for one that is there, `FORMAT_INVALID` for what no line carries. */
  append(key: string, value: PlainValue): readonly Edit[] {
    if (key.startsWith(METADATA_PREFIX)) throw reservedKey(key)
    if (this.items.some((item) => item.kind === 'item' && item.key === key)) throw nameClash(key)
    return [insertLines(this.#source, metadataStart(this.#source), [spellDotenvLine(key, value)])]
  }

  replace(item: MapItem, value: PlainValue): readonly Edit[] {
    if (!isScalar(value)) throw cannotCarry(item.key, 'dotenv has no maps and no lists')
    const span = item.value.span
    return [{ start: span.start, end: span.end, text: spellDotenvScalar(value, item.key) }]
  }

  remove(item: MapItem): readonly Edit[] {
    const index = this.#lineOf.get(item.key)
    return index === undefined ? [] : removeLines(this.#source, [index])
  }
}

class DotenvScalar implements ScalarNode {
  readonly kind = 'scalar' as const
  readonly span: Span
  readonly scalar: Scalar
  readonly #key: string

  constructor(key: string, span: Span, scalar: Scalar) {
    this.#key = key
    this.span = span
    this.scalar = scalar
  }

  spell(scalar: Scalar): string {
    return spellDotenvScalar(scalar, this.#key)
  }

  spellToken(token: string): string {
    return token
  }
}

class DotenvComment implements CommentNode {
  readonly kind = 'comment' as const
  readonly span: Span
  readonly text: string

  constructor(text: string, span: Span) {
    this.span = span
    this.text = text.slice(span.start + 1, span.end)
  }

  /** Throws `FORMAT_INVALID` for a text of several lines. */
  spell(text: string): string {
    if (text.includes('\n')) throw cannotCarry('', 'a dotenv comment is one line')
    return `#${text}`
  }

  spellToken(token: string): string {
    return `#${token}`
  }
}

/** Index of the first of the lines of metadata that end the text. */
function metadataStart({ text, lines }: DotenvText): number {
  let index = lines.length
  for (; index > 0; index -= 1) {
    const line = lines[index - 1]
    if (line === undefined || !text.startsWith(METADATA_PREFIX, line.span.start)) return index
  }
  return index
}

function readItem(text: string, line: DotenvLine): MapItem {
  const { start, end } = line.span
  if (line.equals === undefined) throw noEquals(text, line)
  const key = text.slice(start, line.equals)
  const span = { start: line.equals + 1, end }
  const scalar = stringScalar(unescapeLineBreaks(text.slice(span.start, end)))
  return { kind: 'item', key, keySpan: { start, end: line.equals }, value: new DotenvScalar(key, span, scalar) }
}

function metadataLine(text: string, item: MapItem, index: number): MetadataLine {
  const valueSpan = item.value.span
  const value = unescapeLineBreaks(text.slice(valueSpan.start, valueSpan.end))
  return { key: item.key.slice(METADATA_PREFIX.length), value, valueSpan, index }
}

function noEquals(text: string, { span }: DotenvLine): SecretsError {
  const content = text.slice(span.start, span.end)
  const message = 'a line that is neither KEY=value nor a comment nor empty'
  if (content.trim() === '') {
    const hint = 'remove the blanks; a line that holds only a carriage return counts as one where line ends differ'
    return invalidAt(text, span.start, message, hint)
  }
  const hint = content.trim().startsWith('#')
    ? 'a comment begins in the first column'
    : 'write values of several lines in one, with \\n for each line break'
  return invalidAt(text, span.start, message, hint)
}

function duplicateKey(text: string, { span }: DotenvLine): SecretsError {
  const hint = 'keep one of the two: readers of dotenv files disagree on which one counts'
  return invalidAt(text, span.start, 'a key that stands twice', hint)
}

function reservedKey(key: string): SecretsError {
  return new SecretsError('RESERVED_KEY', `keys that begin with ${METADATA_PREFIX} are the metadata's`, {
    hint: 'choose another name for the entry',
    place: { path: key },
  })
}

function nameClash(key: string): SecretsError {
  return new SecretsError('NAME_CLASH', 'an entry of that name is there already', { place: { path: key } })
}
