import { SecretsError } from '../../core/errors.ts'
import { invalidAt } from '../format-error.ts'
import { Anchors } from './anchors.ts'
import { DASH, refusedCharacter } from './characters.ts'
import { BlockReader } from './read-block.ts'
import type { ReadContext } from './read-leaf.ts'
import { readDirectives } from './read-properties.ts'
import { YamlComment, YamlMap, type YamlNode } from './yaml-nodes.ts'
import { YamlReader } from './yaml-reader.ts'
import { YamlSource } from './yaml-source.ts'

/** The key of the root under which the metadata stands. */
export const METADATA_KEY = 'sops'

/** One document of a text. */
export interface YamlDocument {
  readonly root: YamlMap
  /** Where its content may begin: behind the line of its `---`, or behind the mark itself. */
  readonly start: number
  /** Where it ends: before the line of the next mark, or the end of the text. */
  readonly end: number
}

/**
 * Reads all documents of a text. Throws `FORMAT_INVALID` with line and column for what sops refuses too,
 * `LIMIT_EXCEEDED`, and `EMPTY_FILE` for a text without a document.
 */
export function readStream(text: string): readonly YamlDocument[] {
  const refused = refusedCharacter(text)
  if (refused !== -1) throw invalidAt(text, refused, 'a control character or half of a character')
  const stream = new StreamReader(text)
  const documents = stream.documents()
  if (documents.length === 0) {
    throw new SecretsError('EMPTY_FILE', 'the file holds no entries', { hint: 'add an entry first' })
  }
  return documents
}

class StreamReader {
  readonly #reader: YamlReader
  readonly #context: ReadContext
  readonly #blocks: BlockReader

  constructor(text: string) {
    this.#reader = new YamlReader(text)
    const source = new YamlSource(text)
    this.#context = { reader: this.#reader, source, anchors: new Anchors(), handles: new Map() }
    this.#blocks = new BlockReader(this.#context)
    if (text.startsWith('\uFEFF')) {
      this.#reader.pos = 1
      this.#reader.lineStart = 1
    }
  }

  documents(): YamlDocument[] {
    const reader = this.#reader
    const documents: YamlDocument[] = []
    let contentStart = reader.pos
    reader.skipToToken()
    while (!reader.isAtEnd()) {
      const { handles, count } = readDirectives(reader)
      this.#context.handles = handles
      const isMarked = reader.atDocumentMark() && reader.code() === DASH
      if (!isMarked && (documents.length > 0 || count > 0 || reader.atDocumentMark())) {
        throw reader.fail('the beginning of a document is expected', reader.pos, 'write --- before it')
      }
      if (isMarked) contentStart = this.#skipMark()
      documents.push(this.#document(contentStart))
      this.#skipEndMarks()
    }
    const last = documents.pop()
    return last === undefined ? [] : [...documents, this.#withRest(last)]
  }

  /** Moves behind `---` and to the next token. */
  #skipMark(): number {
    const reader = this.#reader
    reader.pos += 3
    const behind = reader.pos
    reader.newline = false
    reader.keyAllowed = false
    reader.skipToToken()
    return behind
  }

  #document(start: number): YamlDocument {
    const reader = this.#reader
    const place = { source: this.#context.source, flow: false, indent: -1, list: false }
    const found = this.#blocks.node({ place, behind: start, depth: 0, hidden: METADATA_KEY })
    if (found.kind !== 'map' && found.start !== found.end) throw this.#notMap(found)
    const root = found.kind === 'map' ? found : this.#emptyRoot(start)
    reader.skipToToken()
    if (!reader.atDocumentEnd()) throw reader.fail('something else behind the document')
    const [first] = reader.pending
    const isInline = first?.inline === true && root.shape.style === 'flow'
    const comments = this.#takeComments()
    if (isInline) root.addFirst(comments.splice(0, 1))
    root.addLast(comments)
    return { root, start, end: reader.isAtEnd() ? reader.text.length : reader.lineStart }
  }

  #notMap(found: YamlNode): SecretsError {
    const { scalar } = found.kind === 'scalar' ? found : { scalar: undefined }
    const what = scalar?.type === 'null' ? 'a document that is null' : 'a document that is not a map of keys'
    return this.#reader.fail(what, found.start, 'secrets have keys: write name: value')
  }

  #emptyRoot(start: number): YamlMap {
    const place = { source: this.#context.source, flow: false, indent: -1, list: false }
    const shape = { style: 'none' as const, indent: 0, gap: -1, properties: undefined }
    return new YamlMap(place, { start, end: start }, shape, { all: [], hidden: METADATA_KEY })
  }

  #takeComments(): YamlComment[] {
    return this.#reader.takeComments().map(({ start, end }) => new YamlComment(this.#context.source, start, end))
  }

  #skipEndMarks(): void {
    const reader = this.#reader
    while (reader.atDocumentMark() && reader.code() !== DASH) {
      reader.pos += 3
      reader.newline = false
      reader.skipToToken()
      if (!reader.isAtEnd() && !reader.isInNewLine()) throw reader.fail('something else behind the end of a document')
    }
  }

  /** Comments behind the last `...` belong to the last document. */
  #withRest(last: YamlDocument): YamlDocument {
    last.root.addLast(this.#takeComments())
    return last
  }
}
