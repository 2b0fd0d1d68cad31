import type { CommentNode, Span } from '../../core/tree.ts'
import { invalidAt } from '../format-error.ts'
import { keyComments, looseComments, sectionComments } from './comment-group.ts'
import { isBlankAt, nextLine, trimSpan } from './ini-text.ts'
import { readKey } from './read-key.ts'
import { type IniValue, readValue } from './read-value.ts'

/** Where go-ini puts keys that stand before any header. */
export const DEFAULT_SECTION = 'DEFAULT'

/** The section that holds the metadata. */
export const METADATA_SECTION = 'sops'

/** A key with its value. */
export interface IniEntry {
  readonly key: string
  readonly keySpan: Span
  readonly value: IniValue
  /** From the beginning of its first line to that of the next. */
  readonly lines: Span
  readonly comments: readonly CommentNode[]
}

/** A section; only `DEFAULT` may have no header. */
export interface IniSection {
  readonly name: string
  /** From bracket to bracket; where there is no header, the place before its first key. */
  readonly header: Span
  /** From the first comment above the header to the line behind it; empty where there is no header. */
  readonly headerLines: Span
  readonly comments: readonly CommentNode[]
  readonly entries: readonly IniEntry[]
  /** Behind all entries, before the metadata or the end. */
  readonly loose: readonly CommentNode[]
}

/** A parsed text. */
export interface IniSections {
  readonly text: string
  readonly sections: readonly IniSection[]
  readonly metadata: IniSection | undefined
  /** All sections in the order of the text, the metadata among them. */
  readonly all: readonly IniSection[]
  /** Comments of a text that has no section and no key. */
  readonly loose: readonly CommentNode[]
}

/**
 * Parses a text as go-ini does for sops. Stricter where go-ini would drop something: a key that stands twice in
 * a section, of which go-ini keeps the last, and two sections of one name, which a path could not tell apart.
 * Throws `FORMAT_INVALID` with line and column.
 */
export function readIni(text: string): IniSections {
  return new IniReader(text).read()
}

interface OpenSection extends IniSection {
  readonly comments: readonly CommentNode[]
  readonly entries: IniEntry[]
  readonly keys: Set<string>
  readonly loose: CommentNode[]
  /** How often the key `-`, which go-ini numbers, has occurred. */
  numbered: number
}

class IniReader {
  readonly #text: string
  readonly #sections: OpenSection[] = []
  readonly #names = new Set<string>()
  readonly #loose: CommentNode[] = []
  #current: OpenSection | undefined
  /** Lines of comments that belong to what follows them. */
  #above: Span[] = []

  constructor(text: string) {
    this.#text = text
  }

  read(): IniSections {
    const text = this.#text
    for (let line = text.startsWith('\uFEFF') ? 1 : 0; line < text.length; ) line = this.#readLine(line)
    this.#endComments()
    const metadata = this.#sections.find(({ name }) => name === METADATA_SECTION)
    const all = this.#sections
    return { text, sections: all.filter((section) => section !== metadata), metadata, all, loose: this.#loose }
  }

  /** Reads what begins in the line at `line` and gives where the next line begins. */
  #readLine(line: number): number {
    const text = this.#text
    const next = nextLine(text, line)
    let start = line
    while (start < next && isBlankAt(text, start)) start += 1
    if (start === next) return next
    if (text[start] === '#' || text[start] === ';') {
      this.#above.push(trimSpan(text, { start, end: next }))
      return next
    }
    return text[start] === '[' ? this.#readHeader(line, start) : this.#readEntry(line, start)
  }

  #readHeader(line: number, start: number): number {
    const text = this.#text
    const next = nextLine(text, line)
    const close = text.slice(start, next).lastIndexOf(']')
    if (close === -1) throw invalidAt(text, start, 'a section without its closing bracket')
    const header = { start, end: start + close + 1 }
    const name = text.slice(start + 1, header.end - 1)
    this.#checkName(name, start)
    const rest = trimSpan(text, { start: header.end, end: next })
    if (rest.end > rest.start && !/[#;]/.test(text[rest.start] ?? '')) {
      throw invalidAt(text, rest.start, 'text behind a section', 'remove it, or begin it with ; as a comment')
    }
    if (name === METADATA_SECTION) this.#endComments()
    const group = { above: this.#above, behind: rest.end > rest.start ? rest : undefined }
    const comments = sectionComments(text, group, { span: header, indent: text.slice(line, start) })
    const headerLines = { start: this.#firstLine(line), end: next }
    this.#above = []
    this.#open({ name, header, headerLines, comments })
    return next
  }

  #checkName(name: string, start: number): void {
    if (name === '') throw invalidAt(this.#text, start, 'a section without a name')
    if (!this.#names.has(name)) return
    const hint = 'put the keys of both into one section'
    throw invalidAt(this.#text, start, 'a section that stands twice', hint)
  }

  #readEntry(line: number, start: number): number {
    const text = this.#text
    const key = readKey(text, start)
    const value = readValue(text, key.valueFrom)
    this.#current ??= this.#openDefault(line, start)
    const name = key.key === '-' ? this.#nextNumber(this.#current) : key.key
    if (this.#current.keys.has(name)) {
      throw invalidAt(text, start, 'a key that stands twice in one section', 'keep one of the two')
    }
    this.#current.keys.add(name)
    const comments = keyComments(text, { above: this.#above, behind: value.comment }, value.isCommentSeen)
    const lines = { start: line, end: value.next }
    this.#current.entries.push({ key: name, keySpan: key.span, value, lines, comments })
    this.#above = []
    return value.next
  }

  #nextNumber(section: OpenSection): string {
    section.numbered += 1
    return `#${section.numbered}`
  }

  #openDefault(line: number, start: number): OpenSection {
    const place = { start, end: start }
    const headerLines = { start: line, end: line }
    return this.#open({ name: DEFAULT_SECTION, header: place, headerLines, comments: [] })
  }

  #open(head: Pick<IniSection, 'name' | 'header' | 'headerLines' | 'comments'>): OpenSection {
    const section: OpenSection = { ...head, entries: [], keys: new Set(), loose: [], numbered: 0 }
    this.#sections.push(section)
    this.#names.add(section.name)
    this.#current = section
    return section
  }

  #firstLine(line: number): number {
    const first = this.#above[0]
    return first === undefined ? line : this.#text.lastIndexOf('\n', first.start) + 1
  }

  /** Comments that nothing follows: sops drops them when it writes; here they stay, with the last section. */
  #endComments(): void {
    const owner = this.#sections.findLast(({ name }) => name !== METADATA_SECTION)
    const nodes = looseComments(this.#text, this.#above)
    if (owner === undefined) this.#loose.push(...nodes)
    else owner.loose.push(...nodes)
    this.#above = []
  }
}
