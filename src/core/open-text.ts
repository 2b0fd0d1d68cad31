/** Opening a secret file: every value and the MAC are checked before a byte of plain text leaves this module. */
import { decodeUtf8, decodeValue } from './decode-value.ts'
import { enclosingAads } from './enclosing-aads.ts'
import { isSecretsError, type Place, type SecretsError } from './errors.ts'
import { type SealState, sealMismatch, sealState } from './file-seal/file-seal.ts'
import { firstDefined } from './first-defined.ts'
import { holdsValues } from './holds-values.ts'
import { MacBuilder, macMatches } from './mac.ts'
import { type Notation, Notations } from './notation.ts'
import { type NotedEdit, withNotations } from './notation-edits.ts'
import { damaged, macMismatch, standsInClear } from './open-errors.ts'
import { type Entry, OpenedEntry } from './opened-entry.ts'
import { formatPath } from './path-syntax.ts'
import type { Scalar } from './scalar.ts'
import { plainBytes, type SealedText } from './sealed-text.ts'
import { type Selector, selectorOf } from './selection.ts'
import { applyEdits, type Edit, type ScalarNode } from './tree.ts'
import { looksEncrypted, parseToken, shapedLikeToken, type Token, ValueCipher } from './value-cipher.ts'
import { pathOf, type VisitedComment, type VisitedValue, walk } from './walk.ts'

export type { Entry }

/** A decrypted file. */
export interface OpenText {
  readonly sealed: SealedText
  readonly dataKey: Uint8Array
  /** The plain content: the file with its values in clear and without metadata, else byte for byte the same. */
  readonly content: Uint8Array
  /** All values, in the order of the file. */
  readonly entries: readonly Entry[]
  /** SHA-512 of the values, as the MAC has it. */
  readonly digest: string
  /** Whether the stored MAC is the one of the encrypted values. False only with `acceptPlain`. */
  readonly verified: boolean
  readonly seal: OpenSealState
  /** What was replaced in the text, for those who put ciphertext back. */
  readonly replacements: readonly Replacement[]
}

/** `unchecked`: values or comments stand in clear where encrypted ones are expected, so that a seal could not be right; or `ignoreSeal`. */
export type OpenSealState = SealState | 'unchecked'

/** One decrypted place of the text. */
export interface Replacement {
  readonly aad: string
  /** What stood in the encrypted text and what stands in the plain one. */
  readonly encryptedText: string
  readonly plainText: string
  /** The token alone, and the type and plaintext that it encrypts; not of comments. */
  readonly token: string | undefined
  readonly scalar: Scalar | undefined
}

/** How to treat values that stand in clear where the selection wants them encrypted. */
export interface OpenOptions {
  /**
   * Take them as new values instead of refusing the file. The MAC then covers what was encrypted; where it
   * does not match, because such a value took the place of an old one, `verified` is false.
   */
  readonly acceptPlain?: boolean
  /** Open a file whose seal is wrong too: for those who show what was changed. The MAC has to be right all the same. */
  readonly acceptBrokenSeal?: boolean
  /** Do not look at the seal: for a text whose seal is still to be made. */
  readonly ignoreSeal?: boolean
  /** A cipher for the data key that may remember what it encrypted: for checking what was just written. */
  readonly cipher?: ValueCipher
}

/**
 * Decrypts a file. Throws `VALUE_DAMAGED` (with path, line and column) for a value or comment that does not
 * authenticate at its place, or stands in clear where it should not; `MAC_MISMATCH` when the values are not
 * those that were written together; `SEAL_MISMATCH` when anything else was changed since the file was sealed.
 */
export async function openSealed(
  sealed: SealedText,
  dataKey: Uint8Array,
  options: OpenOptions = {},
): Promise<OpenText> {
  const opener = new Opener(sealed, dataKey, options)
  return opener.open(await selectorOf(sealed.format, sealed.metadata.selection))
}

interface OpenedValue extends Replacement, NotedEdit {}

class Opener {
  readonly #sealed: SealedText
  readonly #dataKey: Uint8Array
  readonly #options: OpenOptions
  readonly #cipher: ValueCipher
  readonly #notations: Notations
  readonly #mac: MacBuilder
  readonly #asBytes: boolean
  readonly #entries: Entry[] = []
  readonly #opened: OpenedValue[] = []
  readonly #waitingComments: VisitedComment[] = []
  #lastAad = ''
  #unprotected = false
  #hasPlainComment = false
  #unspellable: SecretsError | undefined

  constructor(sealed: SealedText, dataKey: Uint8Array, options: OpenOptions) {
    this.#sealed = sealed
    this.#dataKey = dataKey
    this.#options = options
    this.#cipher = options.cipher ?? new ValueCipher(dataKey)
    this.#notations = new Notations(dataKey)
    this.#mac = new MacBuilder(sealed.metadata.macOnlyEncrypted && sealed.format.selectable)
    this.#asBytes = sealed.format.plainContent !== undefined
  }

  open(selector: Selector): OpenText {
    walk(this.#sealed.parsed.documents, selector, {
      value: (visited) => this.#value(visited),
      comment: (visited) => this.#comment(visited),
    })
    this.#settleComments(this.#lastAad)
    const digest = this.#mac.digest()
    const verified = macMatches(digest, this.#sealed.metadata, this.#cipher)
    if (!verified && !this.#unprotected) throw macMismatch()
    const seal = this.#sealState()
    return {
      sealed: this.#sealed,
      dataKey: this.#dataKey,
      content: this.#content(selector),
      entries: this.#entries,
      digest,
      verified,
      seal,
      replacements: this.#opened,
    }
  }

  #sealState(): OpenSealState {
    if (this.#options.ignoreSeal === true) return 'unchecked'
    const state = sealState(this.#sealed.parsed, this.#dataKey)
    const { acceptPlain = false, acceptBrokenSeal = false } = this.#options
    if (state === 'wrong' && acceptPlain && (this.#unprotected || this.#hasPlainComment)) return 'unchecked'
    if (state === 'wrong' && !acceptBrokenSeal) throw sealMismatch()
    return state
  }

  #value(visited: VisitedValue): void {
    if (this.#waitingComments.length > 0) this.#settleComments(visited.aad)
    this.#lastAad = visited.aad
    const { scalar } = visited.node
    if (!visited.selected || scalar.type === 'null' || scalar.canonical.length === 0) {
      this.#keep(visited, scalar, false)
      return
    }
    const text = scalar.type === 'str' && typeof scalar.canonical === 'string' ? scalar.canonical : ''
    if (looksEncrypted(text)) this.#decrypt(visited, text)
    else if (this.#options.acceptPlain === true) this.#keep(visited, scalar, true)
    else throw standsInClear(this.#place(visited))
  }

  #keep(visited: VisitedValue, scalar: Scalar, unprotected: boolean): void {
    if (unprotected) this.#unprotected = true
    else this.#mac.add(scalar, visited.selected)
    this.#enter(visited, scalar, unprotected)
  }

  #enter(visited: VisitedValue, scalar: Scalar, unprotected: boolean): void {
    this.#entries.push(new OpenedEntry(visited.trail, visited.document, scalar, visited.selected, unprotected))
  }

  #decrypt(visited: VisitedValue, text: string): void {
    const token = parseToken(text)
    const bytes = token && this.#cipher.decrypt(token, visited.aad)
    if (token === undefined || bytes === undefined) throw damaged(visited.node.kind, this.#place(visited))
    if (token.type === 'comment' && visited.list !== undefined) {
      this.#listComment(visited, text, bytes)
      return
    }
    const scalar = decodeValue(token.type, bytes, this.#asBytes)
    const notation = this.#notations.detach(token, visited.aad)
    if (scalar === undefined || notation === 'damaged') throw damaged(visited.node.kind, this.#place(visited))
    this.#mac.add(scalar, true)
    this.#enter(visited, scalar, false)
    if (visited.alias !== undefined) return
    const { node, aad, trail } = visited
    const { start, end } = node.span
    const plainText = this.#spelled(node, scalar, notation)
    // Written out: spreading costs a good part of what a value costs.
    this.#opened.push({
      aad,
      edit: { start, end, text: plainText },
      encryptedText: this.#sealed.parsed.text.slice(start, end),
      plainText,
      token: token.rest === '' ? text : text.slice(0, text.length - token.rest.length),
      scalar,
      notation: notation === 'none' ? undefined : notation,
      trail,
    })
  }

  /** A place that cannot hold a value without its notation (a block with a comment in its header) is refused only without it. */
  #spelled(node: ScalarNode, scalar: Scalar, notation: Notation | 'none'): string {
    if (this.#asBytes) return ''
    try {
      return node.spell(scalar)
    } catch (error) {
      if (notation === 'none' || notation.levels > 0) throw error
      if (!isSecretsError(error)) throw error
      this.#unspellable = error
      return notation.text
    }
  }

  #listComment(visited: VisitedValue, text: string, bytes: Buffer): void {
    const comment = decodeUtf8(bytes)
    if (visited.list === undefined || comment === undefined) throw damaged(visited.node.kind, this.#place(visited))
    if (visited.alias !== undefined) return
    const edit = visited.list.elementAsComment(visited.node, comment)
    this.#opened.push({
      ...this.#replacement(visited.aad, edit),
      token: text,
      scalar: undefined,
      notation: undefined,
      trail: undefined,
    })
  }

  #comment(visited: VisitedComment): void {
    const { node, aad } = visited
    if (!visited.selected || node.text === '') return
    if (!shapedLikeToken(node.text)) {
      this.#hasPlainComment = true
      return
    }
    if (!this.#tryComment(visited, [aad, ...enclosingAads(aad), ...enclosingAads(this.#lastAad)])) {
      this.#waitingComments.push(visited)
    }
  }

  /** Which container a comment belongs to is sops's parser's choice; where ours differs the neighbours' are tried. */
  #tryComment({ node, aad }: VisitedComment, candidates: readonly string[]): boolean {
    const token = parseToken(node.text)
    if (token === undefined || token.type !== 'comment') return false
    const text = firstDefined(candidates, (candidate) => this.#commentText(token, candidate))
    if (text === undefined) return false
    const edit = { ...node.span, text: node.spell(text) }
    this.#opened.push({
      ...this.#replacement(aad, edit),
      token: node.text,
      scalar: undefined,
      notation: undefined,
      trail: undefined,
    })
    return true
  }

  /** The text of an encrypted comment; its notation's, where it has one (`sealer.ts`: a comment without text in a list). */
  #commentText(token: Token, aad: string): string | undefined {
    const bytes = this.#cipher.decrypt(token, aad)
    if (bytes === undefined) return undefined
    const notation = this.#notations.detach(token, aad)
    if (notation === 'none') return decodeUtf8(bytes)
    return notation === 'damaged' ? undefined : notation.text
  }

  /** Comments that fitted neither their container nor what stood before them: the next value is their last chance. */
  #settleComments(nextAad: string): void {
    const waiting = this.#waitingComments.splice(0)
    const failed = waiting.find((comment) => !this.#tryComment(comment, enclosingAads(nextAad)))
    if (failed !== undefined) throw damaged('comment', this.#place(failed))
  }

  #replacement(aad: string, edit: Edit): { aad: string; edit: Edit; encryptedText: string; plainText: string } {
    const encryptedText = this.#sealed.parsed.text.slice(edit.start, edit.end)
    return { aad, edit, encryptedText, plainText: edit.text }
  }

  #content(selector: Selector): Uint8Array {
    const { format, metadata, parsed } = this.#sealed
    if (format.plainContent !== undefined) return format.plainContent(this.#entries[0]?.scalar.canonical ?? '')
    const removal = parsed.removeMetadata()
    if (this.#opened.some((value) => value.notation !== undefined)) {
      const content = plainBytes(applyEdits(parsed.text, [...withNotations(this.#opened), ...removal]), metadata)
      // A notation is right where it came from; somebody may have moved it since.
      if (
        holdsValues(
          format,
          content,
          selector,
          this.#entries.map(({ scalar }) => scalar),
        )
      )
        return content
      if (this.#unspellable !== undefined) throw this.#unspellable
    }
    return plainBytes(applyEdits(parsed.text, [...this.#opened.map((value) => value.edit), ...removal]), metadata)
  }

  #place(visited: VisitedValue | VisitedComment): Place {
    const path = formatPath(pathOf(visited.trail))
    return { ...this.#sealed.parsed.position(visited.node.span.start), ...(path === '' ? {} : { path }) }
  }
}
