import { COLON, DASH, QUESTION } from './characters.ts'
import { atFlowStart } from './read-flow.ts'
import { colonFollows, keyNotText, keyOf, keyStart } from './read-key.ts'
import { type ReadContext, readLeaf } from './read-leaf.ts'
import { atProperties, readProperties } from './read-properties.ts'
import type { YamlAlias, YamlScalar } from './yaml-nodes.ts'
import type { ItemKey } from './yaml-shape.ts'

/** Reads a key of a block map; leaves the reader at the colon, or behind an explicit key that has none. */
export function readBlockKey(context: ReadContext): ItemKey {
  const { reader } = context
  if (reader.atSign(QUESTION)) return explicitKey(context)
  const line = keyStart(reader)
  if (reader.atSign(COLON) || reader.atSign(DASH)) throw reader.fail('a key is missing')
  const leaf = keyLeaf(context, line.pos - line.line)
  if (!colonFollows(reader, line)) throw reader.fail('a key without a colon', line.pos)
  return keyOf(reader, leaf, line.pos)
}

function explicitKey(context: ReadContext): ItemKey {
  const { reader } = context
  const start = reader.pos
  const indent = reader.column
  reader.pos += 1
  reader.newline = false
  reader.keyAllowed = true
  reader.skipToToken()
  if (reader.atDocumentEnd() || (reader.isInNewLine() && reader.column <= indent)) throw keyNotText(reader, start)
  const line = keyStart(reader)
  const leaf = keyLeaf(context, indent)
  if (colonFollows(reader, line)) throw keyNotText(reader, line.pos)
  reader.skipToToken()
  return keyOf(reader, leaf, start)
}

function keyLeaf(context: ReadContext, indent: number): YamlScalar | YamlAlias {
  const { reader, source, anchors, handles } = context
  const properties = atProperties(reader) ? readProperties(reader, handles) : undefined
  if (atFlowStart(reader) || reader.atSign(DASH) || reader.atSign(QUESTION)) throw keyNotText(reader, reader.pos)
  const leaf = readLeaf(context, { source, flow: false, indent, list: false }, properties)
  if (leaf.kind === 'scalar') anchors.open(properties?.anchor).target = leaf
  return leaf
}
