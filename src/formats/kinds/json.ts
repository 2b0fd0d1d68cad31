import type { Format, ParsedText } from '../../core/format.ts'
import type { PlainValue } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'
import { coverJson } from '../json/cover-json.ts'
import { readJsonMetadata, removeJsonMetadata, writeJsonMetadata } from '../json/json-metadata.ts'
import { readJson } from '../json/read-json.ts'
import { SOPS_STYLE, spellJson } from '../json/spell-json.ts'
import { positionFinder } from '../text-position.ts'

/**
 * JSON as sops reads it, but for what its readers disagree on: duplicate keys and text behind the root object
 * are refused. An encrypted text has no byte order mark, because sops refuses one.
 */
export const format: Format = {
  name: 'json',
  summary: 'JSON: one object, values of every type',
  extensions: ['.json'],
  keepsByteOrderMark: false,
  selectable: true,
  parse,
  render,
}

function parse(text: string): ParsedText {
  const document = readJson(text)
  return {
    text,
    documents: [document.root],
    metadata: readJsonMetadata(document),
    writeMetadata: (metadata) => writeJsonMetadata(document, metadata),
    removeMetadata: () => removeJsonMetadata(document),
    covered: () => [coverJson(document)],
    position: positionFinder(text),
  }
}

function render(documents: readonly PlainValue[]): string {
  const [first, ...others] = documents
  if (others.length > 0) throw cannotCarry('', 'a JSON file holds one document', 'keep several documents as YAML')
  const root: PlainValue = first ?? { kind: 'map', entries: [] }
  if (!('kind' in root) || root.kind !== 'map') throw cannotCarry('', 'the root of a JSON file must be an object')
  return `${spellJson(root, SOPS_STYLE, '')}\n`
}
