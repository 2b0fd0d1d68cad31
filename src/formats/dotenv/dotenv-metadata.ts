import type { Edit, PlainValue } from '../../core/tree.ts'
import { escapeLineBreaks, type FlatEntry, flatten, unflatten } from '../flat-metadata.ts'
import { orderedKeys } from '../key-order.ts'
import { type DotenvText, insertLineBehind, insertLines, removeLines } from './dotenv-lines.ts'
import type { DotenvDocument, MetadataLine } from './read-dotenv.ts'
import { METADATA_PREFIX } from './spell-dotenv.ts'

/**
 * A field of ours, which sops ignores: the plain text ends its lines with `\r\n`. To sops a carriage return is
 * part of the value before it, and a line that is otherwise empty is an error; so the encrypted text has none,
 * and they come back when it is decrypted.
 */
const LINE_BREAKS_FIELD = 'line_breaks'
const WIDE = 'crlf'

/** The metadata of a text as a nested value, without the field that is the format's own; undefined when there is none. */
export function readDotenvMetadata({ metadata }: DotenvDocument): PlainValue | undefined {
  const entries = metadata
    .filter(({ key }) => key !== LINE_BREAKS_FIELD)
    .map(({ key, value }): FlatEntry => [key, value])
  return entries.length === 0 ? undefined : unflatten(entries)
}

/** Edits that make the metadata equal to `metadata`: new lines at the end, or those lines that differ. */
export function writeDotenvMetadata(document: DotenvDocument, metadata: PlainValue): readonly Edit[] {
  const { source } = document
  const entries = flatten(metadata)
  if (document.metadata.length > 0) return updateLines(document, entries)
  if (source.lineBreak === '\n') return [insertLines(source, source.lines.length, entries.map(spellLine))]
  const own: FlatEntry = [LINE_BREAKS_FIELD, WIDE]
  const narrow: DotenvText = { ...source, lineBreak: '\n' }
  return [...narrowBreaks(source), insertLines(narrow, source.lines.length, inOrder([...entries, own]).map(spellLine))]
}

/** Edits that remove the lines of metadata and give the text its own line breaks again. */
export function removeDotenvMetadata({ source, metadata }: DotenvDocument): readonly Edit[] {
  const indices = metadata.map(({ index }) => index)
  const removed = removeLines(source, indices)
  const wide = metadata.some(({ key, value }) => key === LINE_BREAKS_FIELD && value === WIDE)
  return wide && source.lineBreak === '\n' ? [...widenBreaks(source, removed), ...removed] : removed
}

function updateLines({ source, metadata }: DotenvDocument, entries: readonly FlatEntry[]): readonly Edit[] {
  const own = metadata.filter(({ key }) => key === LINE_BREAKS_FIELD)
  const wanted = new Map([...entries, ...own.map(({ key, value }): FlatEntry => [key, value])])
  const present = new Map(metadata.map((line) => [line.key, line]))
  const changed = metadata.flatMap((line) => changedValue(line, wanted.get(line.key)))
  const gone = metadata.filter(({ key }) => !wanted.has(key)).map(({ index }) => index)
  let place = (metadata[0]?.index ?? source.lines.length) - 1
  const added: Edit[] = []
  for (const key of orderedKeys([...present.keys()], [...wanted.keys()])) {
    const line = present.get(key)
    if (line !== undefined) place = line.index
    else added.push(insertLineBehind(source, place, spellLine([key, wanted.get(key) ?? ''])))
  }
  return [...changed, ...removeLines(source, gone), ...added]
}

function changedValue({ value, valueSpan }: MetadataLine, wanted?: string): readonly Edit[] {
  if (wanted === undefined || wanted === value) return []
  return [{ start: valueSpan.start, end: valueSpan.end, text: escapeLineBreaks(wanted) }]
}

function spellLine([key, text]: FlatEntry): string {
  return `${METADATA_PREFIX}${key}=${escapeLineBreaks(text)}`
}

/** Where all other keys are sorted, as sops has them, the one of ours is too. */
function inOrder(entries: readonly FlatEntry[]): readonly FlatEntry[] {
  const [own] = entries.slice(-1)
  const place = own === undefined ? -1 : entries.findIndex(([key]) => key > own[0])
  return own === undefined || place === -1 ? entries : entries.slice(0, -1).toSpliced(place, 0, own)
}

function narrowBreaks({ lines }: DotenvText): readonly Edit[] {
  return lines
    .filter(({ span, next }) => next > span.end)
    .map(({ span }) => ({ start: span.end, end: span.end + 1, text: '' }))
}

function widenBreaks({ lines }: DotenvText, removed: readonly Edit[]): readonly Edit[] {
  const gone = new Set(removed.flatMap(({ start, end }) => [start, end - 1]))
  return lines
    .filter(({ span, next }) => next > span.end && !gone.has(span.end))
    .map(({ span }) => ({ start: span.end, end: span.end, text: '\r' }))
}
