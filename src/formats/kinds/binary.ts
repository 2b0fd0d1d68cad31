import type { Format, ParsedText } from '../../core/format.ts'
import { canonicalText, Scalar } from '../../core/scalar.ts'
import { isScalar, type MapNode, type PlainValue, type ScalarNode } from '../../core/tree.ts'
import { cannotCarry, invalidAt } from '../format-error.ts'
import { format as json } from './json.ts'

/** The one entry of the frame, as sops names it (`BinaryStore`). */
const DATA_KEY = 'data'

/** The frame of an empty file, in the layout of sops. */
const EMPTY_FRAME = '{\n\t"data": ""\n}\n'

/**
 * Any bytes, encrypted as one value in a JSON frame: `{"data": "ENC[…]", "sops": {…}}`. The content need not be
 * text and is bytes throughout.
 */
export const format: Format = {
  name: 'binary',
  summary: 'any file, encrypted as one value',
  extensions: [],
  keepsByteOrderMark: false,
  selectable: false,
  parse,
  parsePlain,
  plainContent,
  render,
}

function parse(text: string): ParsedText {
  const parsed = json.parse(text)
  const root = parsed.documents[0]
  if (root === undefined || dataNode(root) === undefined) {
    const hint = 'name the format of the file with --format'
    throw invalidAt(text, 0, 'no frame of a binary file: it needs one entry, data, that is a string', hint)
  }
  return parsed
}

function parsePlain(content: Uint8Array): ParsedText {
  const parsed = json.parse(EMPTY_FRAME)
  return { ...parsed, documents: parsed.documents.map((root) => withContent(root, new Scalar('str', content))) }
}

function plainContent(value: string | Uint8Array): Uint8Array {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : value
}

function render(documents: readonly PlainValue[]): string {
  const [document, ...others] = documents
  const entries = document !== undefined && 'kind' in document && document.kind === 'map' ? document.entries : []
  const [key, value] = entries[0] ?? []
  const fits = others.length === 0 && entries.length === 1 && key === DATA_KEY
  if (!fits || value === undefined || !isScalar(value) || value.type !== 'str') {
    throw cannotCarry('', 'a binary file holds nothing but one string called data', 'choose another --format')
  }
  return canonicalText(value)
}

function dataNode(root: MapNode): ScalarNode | undefined {
  const [item, ...others] = root.items
  if (item?.kind !== 'item' || item.key !== DATA_KEY || others.length > 0) return undefined
  return item.value.kind === 'scalar' && item.value.scalar.type === 'str' ? item.value : undefined
}

function withContent(root: MapNode, scalar: Scalar): MapNode {
  const [item] = root.items
  const node = dataNode(root)
  if (item?.kind !== 'item' || node === undefined) return root
  const value: ScalarNode = {
    kind: 'scalar',
    span: node.span,
    scalar,
    spell: (other) => node.spell(other),
    spellToken: (token) => node.spellToken(token),
  }
  return {
    kind: 'map',
    span: root.span,
    items: [{ ...item, value }],
    append: (...entry) => root.append(...entry),
    replace: (_, content) => root.replace(item, content),
    remove: () => root.remove(item),
  }
}
