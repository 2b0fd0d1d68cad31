import type { SecretsError } from '../../core/errors.ts'
import { NULL, type Scalar } from '../../core/scalar.ts'
import type { Span } from '../../core/tree.ts'
import type { Anchors } from './anchors.ts'
import { readBlockScalar } from './read-block-scalar.ts'
import { readPlain } from './read-plain.ts'
import { readAnchorName, type TagHandles } from './read-properties.ts'
import { readQuoted } from './read-quoted.ts'
import { resolvePlain, resolveTagged, type TagMismatch, tagMeaning, type Unsupported } from './resolve-scalar.ts'
import { YamlAlias, YamlScalar } from './yaml-nodes.ts'
import type { YamlReader } from './yaml-reader.ts'
import type { BlockDetails, Notation, ScalarDetails } from './yaml-shape.ts'
import type { Place, Properties, YamlSource } from './yaml-source.ts'

/** What reading one text needs everywhere. */
export interface ReadContext {
  readonly reader: YamlReader
  readonly source: YamlSource
  readonly anchors: Anchors
  handles: TagHandles
}

/** A leaf's content before it has a type. */
interface Content extends Span {
  readonly value: string
  readonly notation: Notation
  readonly block?: BlockDetails
}

/** Signs that begin no plain scalar (libyaml); `-`, `?` and `:` may, where no blank follows. Tabs are left only where none may be. */
const RESERVED = ',[]{}#&*!|>\'"%@`\t'

/** Reads the scalar or alias at the reader's position. Throws where none can begin. */
export function readLeaf(
  context: ReadContext,
  place: Place,
  properties: Properties | undefined,
): YamlScalar | YamlAlias {
  const { reader } = context
  const first = reader.text.charAt(reader.pos)
  if (first === '*') return readAlias(context, place, properties)
  return leafOf(context, place, properties, readContent(reader, place, first))
}

function readContent(reader: YamlReader, place: Place, first: string): Content {
  const start = reader.pos
  if (first === '"' || first === "'") {
    const { value, end } = readQuoted(reader)
    return { start, end, value, notation: first === '"' ? 'double' : 'single' }
  }
  if ((first === '|' || first === '>') && !place.flow) {
    const block = readBlockScalar(reader, place.indent)
    const contentStart = block.header.includes('#') ? start + block.header.length : start
    return {
      start: contentStart,
      end: Math.max(contentStart, block.end),
      value: block.value,
      notation: first === '|' ? 'literal' : 'folded',
      block,
    }
  }
  if (RESERVED.includes(first)) throw cannotBegin(reader, first)
  const { value, end } = readPlain(reader, place.indent + 1)
  return { start, end, value, notation: 'plain' }
}

function cannotBegin(reader: YamlReader, first: string): SecretsError {
  if (first === '') return reader.fail('the text ends where a value is expected')
  if (',]}'.includes(first)) return reader.fail('a value is missing')
  if (first === '\t') return reader.fail('a tab character in the indentation')
  return reader.fail('a character that cannot begin a value', reader.pos, 'put the value in quotes')
}

function readAlias({ reader, anchors }: ReadContext, place: Place, properties: Properties | undefined): YamlAlias {
  const start = reader.pos
  if (properties !== undefined) throw reader.fail('an alias behind an anchor or a tag')
  reader.newline = false
  reader.keyAllowed = false
  const target = anchors.resolve(readAnchorName(reader), reader, start)
  return new YamlAlias(place, { start, end: reader.pos }, target)
}

function leafOf(context: ReadContext, place: Place, properties: Properties | undefined, content: Content): YamlScalar {
  const { reader } = context
  const scalar = typeOf(reader, content, properties?.tag ?? '')
  const notation =
    place.flow && content.value.startsWith('ENC[') ? sealedNotation(reader.text, content) : content.notation
  if (properties === undefined && content.block === undefined)
    return new YamlScalar(place, content, { scalar, notation })
  const { start, details } = detailsOf(reader.text, content, properties)
  return new YamlScalar(place, { start, end: content.end }, { scalar, notation }, details)
}

function typeOf(reader: YamlReader, content: Content, tag: string): Scalar {
  const meaning = tagMeaning(tag)
  let value: Scalar | Unsupported | TagMismatch
  if (meaning !== undefined) value = resolveTagged(content.value, meaning)
  else value = content.notation === 'plain' ? resolvePlain(content.value) : resolveTagged(content.value, 'str')
  if (typeof value !== 'string') return value
  if (value === 'unsupported integer') {
    throw reader.fail('an integer that does not fit 64 bits', content.start, 'put it in quotes')
  }
  throw reader.fail(value, content.start)
}

/**
 * How a value inside of a flow collection was written before it was encrypted. `ENC[…]` cannot be plain there, so
 * `spellTokenAt` writes single quotes for plain, and an escaped last character for single quotes.
 */
function sealedNotation(text: string, content: Content): Notation {
  if (content.notation === 'single') return 'plain'
  return content.notation === 'double' && /\\x[0-9A-F]{2}"$/.test(text.slice(content.end - 5, content.end))
    ? 'single'
    : content.notation
}

function detailsOf(
  text: string,
  content: Content,
  properties: Properties | undefined,
): { start: number; details: ScalarDetails } {
  const block = content.block === undefined ? {} : { block: content.block }
  if (properties === undefined) return { start: content.start, details: block }
  const meaning = tagMeaning(properties.tag)
  if (meaning === undefined || meaning === 'str') {
    return { start: content.start, details: { ...block, properties, isText: meaning === 'str' } }
  }
  const { tagStart, anchorStart, end } = properties
  const kept = anchorStart > tagStart ? { kept: `${text.slice(anchorStart, end)} ` } : {}
  return { start: tagStart, details: { ...block, ...kept, properties } }
}

/** What stands where there is no content: null, or '' behind a tag that makes text of it. */
export function emptyLeaf(
  context: ReadContext,
  place: Place,
  properties: Properties | undefined,
  where: { readonly offset: number; readonly lead: string },
): YamlScalar {
  const { reader } = context
  const range = { start: where.offset, end: where.offset }
  const content: Content = { ...range, value: '', notation: 'plain' }
  const scalar = properties === undefined ? NULL : typeOf(reader, content, properties.tag)
  const { details } = detailsOf(reader.text, content, properties)
  return new YamlScalar(place, range, { scalar, notation: 'plain' }, { ...details, lead: where.lead })
}
