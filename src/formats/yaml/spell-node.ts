import { canonicalText, type Scalar } from '../../core/scalar.ts'
import { invalidAt } from '../format-error.ts'
import { apartFromComment } from './lines.ts'
import { type BlockTarget, foldedText, literalText } from './spell-block-text.ts'
import { canBePlain, doubleQuoted, isPlainString, plainText, singleQuoted } from './spell-text.ts'
import type { LeafShape } from './yaml-shape.ts'

/** Text for the node's span with which it reads as `scalar`, in its notation where that can carry the value. */
export function spellAt(node: LeafShape, scalar: Scalar): string {
  const { details, source } = node
  if (scalar.type === 'null' && node.scalar.type === 'null') return source.text.slice(node.start, node.end)
  const before = `${details?.lead ?? ''}${details?.kept ?? ''}`
  const text = scalar.type === 'str' ? spellString(node, canonicalText(scalar)) : behindHeader(node, plainText(scalar))
  const isQuoted = text.startsWith('"') || text.startsWith("'")
  return before + text + (isQuoted ? '' : apartFromComment(source.text, node.end))
}

function spellString(node: LeafShape, text: string): string {
  const { notation, place, details } = node
  switch (notation) {
    case 'plain': {
      const isText = details?.isText === true
      if (isText && text === '') return ''
      return canBePlain(text, place.flow) && (isText || isPlainString(text)) ? text : doubleQuoted(text)
    }
    case 'single':
      return singleQuoted(text) ?? doubleQuoted(text)
    case 'literal':
      return behindHeader(node, literalText(text, targetOf(node)) ?? doubleQuoted(text))
    case 'folded':
      return behindHeader(
        node,
        foldedText(text, targetOf(node)) ?? literalText(text, targetOf(node)) ?? doubleQuoted(text),
      )
    case 'double':
    default:
      return doubleQuoted(text)
  }
}

/** A comment in the header is an entry of its own: then the header stays as it is, and only the content is the node's. */
function behindHeader({ details, source, start }: LeafShape, text: string): string {
  const block = details?.block
  if (block === undefined || block.headerStart === start || !block.header.includes('#')) return text
  if (text.startsWith(block.header + source.eol)) return text.slice(block.header.length)
  throw invalidAt(
    source.text,
    block.headerStart,
    'a block with a comment in its first line cannot hold this value',
    'move the comment to a line of its own',
  )
}

function targetOf({ details, place, source }: LeafShape): BlockTarget {
  const nothing = {
    header: '|',
    headerStart: 0,
    explicit: false,
    indent: place.indent + 1,
    blankAfter: 0,
    unterminated: false,
  }
  return { details: details?.block ?? nothing, parent: place.indent, eol: source.eol }
}

/**
 * Text for the node's span with which it reads as `token`. The notation stays: inside of a flow collection, where
 * `ENC[…]` cannot be plain, single quotes stand for plain, and double quotes with an escaped last character for
 * single quotes (`read-leaf.ts` reads them back).
 */
export function spellTokenAt(node: LeafShape, token: string): string {
  const { details } = node
  return `${details?.lead ?? ''}${details?.kept ?? ''}${tokenText(node, token)}`
}

function tokenText({ notation, place, details, source }: LeafShape, token: string): string {
  if (details?.block !== undefined) {
    const header = details.block.header.includes('#') ? '' : details.block.header
    return `${header}${source.eol}${' '.repeat(details.block.indent)}${token}`
  }
  if (notation === 'double') return `"${token}"`
  if (notation === 'single') return place.flow ? `"${withEscapedEnd(token)}"` : `'${token}'`
  return place.flow ? `'${token}'` : token
}

function withEscapedEnd(token: string): string {
  const code = token
    .charCodeAt(token.length - 1)
    .toString(16)
    .toUpperCase()
    .padStart(2, '0')
  return `${token.slice(0, -1)}\\x${code}`
}
