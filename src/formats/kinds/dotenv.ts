import type { Format, ParsedText } from '../../core/format.ts'
import type { PlainValue } from '../../core/tree.ts'
import { coverDotenv } from '../dotenv/cover-dotenv.ts'
import { readDotenvMetadata, removeDotenvMetadata, writeDotenvMetadata } from '../dotenv/dotenv-metadata.ts'
import { readDotenv } from '../dotenv/read-dotenv.ts'
import { spellDotenvLine } from '../dotenv/spell-dotenv.ts'
import { cannotCarry } from '../format-error.ts'
import { positionFinder } from '../text-position.ts'

/**
 * Lines of `KEY=value` as sops reads them: all verbatim, quotes too, the two characters `\n` standing for a line
 * break. A text whose lines all end with `\r\n` is encrypted with plain line breaks and gets its own back.
 */
export const format: Format = {
  name: 'dotenv',
  summary: 'lines of KEY=value',
  extensions: ['.env'],
  keepsByteOrderMark: false,
  selectable: true,
  parse,
  render,
}

function parse(text: string): ParsedText {
  const document = readDotenv(text)
  return {
    text,
    documents: [document.root],
    metadata: readDotenvMetadata(document),
    writeMetadata: (metadata) => writeDotenvMetadata(document, metadata),
    removeMetadata: () => removeDotenvMetadata(document),
    covered: () => [coverDotenv(document)],
    position: positionFinder(text),
  }
}

function render(documents: readonly PlainValue[]): string {
  const [root, ...others] = documents
  if (others.length > 0) throw cannotCarry('', 'a dotenv file holds one document', 'keep several documents as YAML')
  if (root === undefined) return ''
  if (!('kind' in root) || root.kind !== 'map') throw cannotCarry('', 'a dotenv file holds keys with values')
  return root.entries.map(([key, value]) => `${spellDotenvLine(key, value)}\n`).join('')
}
