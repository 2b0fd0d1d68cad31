import { stringScalar } from '../../core/scalar.ts'
import type { Edit, PlainValue } from '../../core/tree.ts'
import { escapeLineBreaks, type FlatEntry, flatten, unescapeLineBreaks, unflatten } from '../flat-metadata.ts'
import { orderedKeys } from '../key-order.ts'
import { insertBehind, insertLines, layoutOf, removeEntries, removeSection } from './edit-ini.ts'
import { type IniEntry, type IniSection, type IniSections, METADATA_SECTION } from './read-ini.ts'
import { alignedLayout, type LineLayout, spellIniLine, spellIniValue } from './spell-ini.ts'

/** The metadata of a text as a nested value; undefined when there is none. */
export function readIniMetadata({ metadata }: IniSections): PlainValue | undefined {
  if (metadata === undefined) return undefined
  // sops 3.13.0 and 3.13.1 wrote real line breaks in quotes, all others write \n.
  return unflatten(metadata.entries.map(({ key, value }): FlatEntry => [key, unescapeLineBreaks(value.text)]))
}

/** Edits that make the metadata equal to `metadata`: a new section at the end, after a blank line, or lines that differ. */
export function writeIniMetadata(ini: IniSections, metadata: PlainValue): readonly Edit[] {
  const entries = flatten(metadata)
  if (ini.metadata !== undefined) return updateLines(ini, ini.metadata, entries)
  const layout = alignedLayout(entries.map(([key]) => key))
  const lines = [`[${METADATA_SECTION}]`, ...entries.map((entry) => spellLine(entry, layout))]
  return [insertLines(ini.text, ini.text.length, ini.text === '' ? lines : ['', ...lines])]
}

/** Edits that remove the metadata's section and the blank line before it. */
export function removeIniMetadata(ini: IniSections): readonly Edit[] {
  return ini.metadata === undefined ? [] : [removeSection(ini, ini.metadata)]
}

function updateLines(ini: IniSections, section: IniSection, entries: readonly FlatEntry[]): readonly Edit[] {
  const { text } = ini
  const wanted = new Map(entries)
  const present = new Map(section.entries.map((entry) => [entry.key, entry]))
  const model = section.entries[0]
  const layout = model === undefined ? alignedLayout([...wanted.keys()]) : layoutOf(text, model)
  const edits = section.entries.flatMap((entry) => changedValue(entry, wanted.get(entry.key)))
  let place = section.headerLines.end
  for (const key of orderedKeys([...present.keys()], [...wanted.keys()])) {
    const entry = present.get(key)
    if (entry !== undefined) place = entry.lines.end
    else edits.push(insertBehind(text, place, spellLine([key, wanted.get(key) ?? ''], layout)))
  }
  return [...edits, ...removeEntries(text, section.entries, ({ key }) => !wanted.has(key))]
}

function changedValue({ key, value }: IniEntry, wanted: string | undefined): readonly Edit[] {
  if (wanted === undefined || wanted === unescapeLineBreaks(value.text)) return []
  const path = `${METADATA_SECTION}.${key}`
  return [{ ...value.span, text: spellIniValue(escapeLineBreaks(wanted), { quote: '', tail: '', path }) }]
}

function spellLine([key, text]: FlatEntry, layout: LineLayout): string {
  return spellIniLine(METADATA_SECTION, key, stringScalar(escapeLineBreaks(text)), layout)
}
