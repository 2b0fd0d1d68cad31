import type { Format, ParsedText } from '../../core/format.ts'
import type { PlainValue } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'
import { coverIni } from '../ini/cover-ini.ts'
import { sectionLines } from '../ini/edit-ini.ts'
import { readIniMetadata, removeIniMetadata, writeIniMetadata } from '../ini/ini-metadata.ts'
import { IniRoot } from '../ini/ini-nodes.ts'
import { DEFAULT_SECTION, readIni } from '../ini/read-ini.ts'
import { positionFinder } from '../text-position.ts'

/**
 * INI as go-ini reads it for sops: sections of keys, every value a string. A value on several lines that end with
 * a backslash comes back in one line.
 */
export const format: Format = {
  name: 'ini',
  summary: 'sections of key = value',
  extensions: ['.ini'],
  keepsByteOrderMark: true,
  selectable: true,
  parse,
  render,
}

function parse(text: string): ParsedText {
  const ini = readIni(text)
  return {
    text,
    documents: [new IniRoot(ini)],
    metadata: readIniMetadata(ini),
    writeMetadata: (metadata) => writeIniMetadata(ini, metadata),
    removeMetadata: () => removeIniMetadata(ini),
    covered: () => [coverIni(ini)],
    position: positionFinder(text),
  }
}

function render(documents: readonly PlainValue[]): string {
  const [root, ...others] = documents
  if (others.length > 0) throw cannotCarry('', 'an INI file holds one document', 'keep several documents as YAML')
  if (root === undefined) return ''
  if (!('kind' in root) || root.kind !== 'map') throw cannotCarry('', 'an INI file holds sections')
  const first = root.entries.filter(([name]) => name === DEFAULT_SECTION)
  const named = root.entries.filter(([name]) => name !== DEFAULT_SECTION)
  const blocks = [
    ...first.map(([name, value]) => sectionLines(name, value).slice(1)),
    ...named.map(([name, value]) => sectionLines(name, value)),
  ]
  return blocks
    .filter((lines) => lines.length > 0)
    .map((lines) => lines.map((line) => `${line}\n`).join(''))
    .join('\n')
}
