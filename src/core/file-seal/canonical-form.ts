/**
 * The bytes that a seal is made over (`docs/format.md`, "The seal"): first the structure, in which white space counts
 * where it means something, then all characters of the text that are no white space. Any change to a text is in
 * one of them, unless it is white space that no reader sees.
 */
import { canonicalText } from '../scalar.ts'
import type { Span } from '../tree.ts'
import { looksEncrypted } from '../value-cipher.ts'
import type { CoveredComment, CoveredDocument, CoveredItem, CoveredNode, CoveredScalar } from './covered-tree.ts'

/** Blank, tab, line feed and carriage return: what is white in all five formats. */
const WHITE = /[ \t\n\r]+/g
const ANY_WHITE = /[ \t\n\r]/
const WHITE_AT_END = /[ \t\n\r]+$/

/**
 * The canonical form of a text, to be read as UTF-8: the length of the structure in bytes, a colon, the structure; and the
 * characters. `cut` says what is left out of the characters: the seals, in the order of the text.
 */
export function canonicalForm(
  text: string,
  documents: readonly CoveredDocument[],
  cut: readonly Span[],
): { readonly structure: string; readonly characters: string } {
  const structure = new Structure()
  for (const document of documents) structure.add(document)
  return { structure: counted(structure.text), characters: withoutSpans(text, cut).replace(WHITE, '') }
}

function withoutSpans(text: string, spans: readonly Span[]): string {
  const parts: string[] = []
  let position = 0
  for (const { start, end } of spans) {
    parts.push(text.slice(position, start))
    position = end
  }
  parts.push(text.slice(position))
  return parts.join('')
}

/** Writes trees, one record after the other; each begins with a sign that no other kind has there. */
class Structure {
  text = ''
  #seal: CoveredNode | undefined

  add({ root, seal }: CoveredDocument): void {
    this.#seal = seal
    this.text += 'D'
    this.#node(root)
  }

  #node(node: CoveredNode): void {
    if (node.kind === 'alias') {
      this.text += '*'
      return
    }
    if (node.mark !== undefined) this.text += `!${counted(node.mark)}`
    if (node.kind === 'scalar') this.#scalar(node)
    else if (node.kind === 'map') this.#map(node.items)
    else this.#list(node.elements)
  }

  #map(items: readonly (CoveredItem | CoveredComment)[]): void {
    this.text += '{'
    for (const item of items) {
      if (item.kind === 'comment') this.#comment(item)
      else this.#item(item)
    }
    this.text += '}'
  }

  #item({ key, mark, value }: CoveredItem): void {
    this.text += `k${counted(key)}`
    if (mark !== undefined) this.text += `?${counted(mark)}`
    this.#node(value)
  }

  #list(elements: readonly (CoveredNode | CoveredComment)[]): void {
    this.text += '['
    for (const element of elements) {
      if (element.kind === 'comment') this.#comment(element)
      else this.#node(element)
    }
    this.text += ']'
  }

  #comment({ text }: CoveredComment): void {
    const content = text.replace(WHITE_AT_END, '')
    this.text += isToken(content) ? '#e' : `#${counted(content)}`
  }

  /** Of a token, nothing: it holds no white space, so that its characters say all. */
  #scalar(node: CoveredScalar): void {
    const { scalar } = node
    const content = canonicalText(scalar)
    if (node === this.#seal || (scalar.type === 'str' && isToken(content))) this.text += 'e'
    else this.text += scalar.type + counted(content)
  }
}

/** White space behind a token belongs to the block that it stands in. */
function isToken(content: string): boolean {
  if (!looksEncrypted(content)) return false
  return !ANY_WHITE.test(content) || !ANY_WHITE.test(content.replace(WHITE_AT_END, ''))
}

/** A text with its length in bytes before it, so that no text can pass for what follows it. */
function counted(text: string): string {
  return `${Buffer.byteLength(text, 'utf8')}:${text}`
}
