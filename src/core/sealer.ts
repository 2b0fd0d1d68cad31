/** Makes the edits that turn the plain values and comments of one text into tokens, and adds up the MAC on the way. */
import { isSecretsError, SecretsError } from './errors.ts'
import { expandAliases } from './expand-aliases.ts'
import type { Format, ParsedText } from './format.ts'
import { MacBuilder } from './mac.ts'
import { Notations } from './notation.ts'
import { formatPath } from './path-syntax.ts'
import { ReusedCiphertext } from './reused-ciphertext.ts'
import { SELECT_ALL, type Selector } from './selection.ts'
import type { Edit, ScalarNode, TreeNode } from './tree.ts'
import { ValueCipher } from './value-cipher.ts'
import { pathOf, type VisitedComment, type VisitedValue, walk } from './walk.ts'

/** How a text is encrypted. */
export interface SealerOptions {
  readonly format: Format
  readonly dataKey: Uint8Array
  /** For the data key; made here by default. */
  readonly cipher?: ValueCipher
  readonly macOnlyEncrypted: boolean
  readonly reused?: ReusedCiphertext
}

/** Seals one text, once: `seal`, then `digest` and `count`. */
export class Sealer {
  readonly #parsed: ParsedText
  readonly #cipher: ValueCipher
  readonly #notations: Notations
  readonly #mac: MacBuilder
  readonly #reused: ReusedCiphertext
  readonly #withNotations: boolean
  readonly #edits: Edit[] = []
  readonly #copies: { visited: VisitedValue; token: string }[] = []
  #digest: string | undefined
  #lists: boolean | undefined
  #selector: Selector = SELECT_ALL
  /** How many values and comments were encrypted. */
  count = 0

  constructor(parsed: ParsedText, options: SealerOptions) {
    this.#parsed = parsed
    this.#cipher = options.cipher ?? new ValueCipher(options.dataKey)
    this.#notations = new Notations(options.dataKey)
    this.#mac = new MacBuilder(options.macOnlyEncrypted)
    this.#reused = options.reused ?? new ReusedCiphertext([], 'tokens')
    this.#withNotations = options.format.plainContent === undefined
  }

  /** The edits for all selected leaves. */
  seal(selector: Selector): Edit[] {
    this.#selector = selector
    walk(this.#parsed.documents, selector, {
      value: (visited) => this.#value(visited),
      comment: (visited) => this.#comment(visited),
    })
    const noted = (token: string, visited: VisitedValue, levels: number): string =>
      this.#noteAlias(token, visited, levels)
    if (this.#copies.length === 0) return this.#edits
    const starts = new Set(this.#edits.map(({ start }) => start))
    const revealed = this.#copies.find(({ token, visited }) => token === '' && starts.has(visited.node.span.start))
    if (revealed !== undefined) throw this.#revealedByAlias(revealed.visited)
    return [...this.#edits, ...expandAliases(this.#copies, noted)]
  }

  /** What the MAC of these values is made of. */
  digest(): string {
    this.#digest ??= this.#mac.digest()
    return this.#digest
  }

  #value(visited: VisitedValue): void {
    const { node, selected, aad } = visited
    this.#mac.add(node.scalar, selected)
    const token = selected ? this.#token(visited) : ''
    if (token !== '') this.count += 1
    if (visited.alias !== undefined) {
      this.#copies.push({ visited, token })
      return
    }
    if (token === '') return
    const { start, end } = node.span
    const plainText = this.#parsed.text.slice(start, end)
    const text = this.#reused.encryptedText(aad, plainText) ?? node.spellToken(this.#noted(token, visited, plainText))
    this.#edits.push({ start, end, text })
  }

  /** The text form of the value; '' for what is never encrypted. */
  #token({ node: { scalar }, aad }: VisitedValue): string {
    if (scalar.type === 'null') return ''
    return this.#reused.token(aad, scalar) ?? this.#cipher.encrypt(scalar.plaintext, scalar.type, aad)
  }

  #noted(token: string, { node, aad }: VisitedValue, plainText: string): string {
    if (!this.#withNotations || spelledAnew(node) === plainText) return token
    return this.#notations.attach(token, { levels: 0, text: plainText }, aad)
  }

  /** sops writes the value out in clear; whoever selected it meant to hide it. */
  #revealedByAlias({ alias, node, trail }: VisitedValue): SecretsError {
    const path = formatPath(pathOf(trail))
    return new SecretsError('SELECTION_INVALID', `the alias at ${path} would show in clear what its anchor encrypts`, {
      place: { ...this.#parsed.position((alias ?? node).span.start), path },
      hint: 'select its place too, or write a value of its own there',
    })
  }

  #noteAlias(token: string, { alias, aad }: VisitedValue, levels: number): string {
    if (alias === undefined) return token
    const text = this.#parsed.text.slice(alias.span.start, alias.span.end)
    return this.#notations.attach(token, { levels, text }, aad)
  }

  #comment(visited: VisitedComment): void {
    const { node, aad, selected } = visited
    if (!selected || (node.text === '' && !this.#hasLists())) return
    const plainText = this.#parsed.text.slice(node.span.start, node.span.end)
    const token = this.#commentToken(visited)
    if (this.#selector.looksAt === 'comments' && this.#selector.matches(token)) throw this.#matchesItself(visited)
    this.#edits.push({ ...node.span, text: this.#reused.encryptedText(aad, plainText) ?? node.spellToken(token) })
    this.count += 1
  }

  /**
   * sops takes a comment without text, which its cipher leaves as it is, for an empty element of a list that it stands
   * in; and which comments stand in a list is its parser's choice. Where there are lists, such a comment is encrypted
   * as a blank, and its notation says that it was none.
   */
  #commentToken({ node: { text }, aad }: VisitedComment): string {
    if (text !== '') return this.#cipher.encrypt(text, 'comment', aad)
    const notation = { levels: 0, text }
    return this.#notations.attach(this.#cipher.encrypt(' ', 'comment', aad), notation, aad)
  }

  #hasLists(): boolean {
    this.#lists ??= this.#parsed.documents.some(holdsList)
    return this.#lists
  }

  /** sops refuses this too: on decryption the encrypted comment would count as a marker. */
  #matchesItself(visited: VisitedComment): SecretsError {
    const path = formatPath(pathOf(visited.trail))
    return new SecretsError('SELECTION_INVALID', 'the comment expression matches the encrypted text of a comment', {
      place: { ...this.#parsed.position(visited.node.span.start), ...(path === '' ? {} : { path }) },
      hint: 'make the expression more specific, so that it does not match base64 text',
    })
  }
}

/** Undefined where the value could not be spelled without a notation of what stands there. */
function spelledAnew(node: ScalarNode): string | undefined {
  try {
    return node.spell(node.scalar)
  } catch (error) {
    if (isSecretsError(error)) return undefined
    throw error
  }
}

function holdsList(node: TreeNode): boolean {
  if (node.kind === 'list') return true
  return node.kind === 'map' && node.items.some((item) => item.kind === 'item' && holdsList(item.value))
}
