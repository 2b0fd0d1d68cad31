import type { CommentNode, Span } from '../../core/tree.ts'
import {
  bareLead,
  fillSlots,
  isBare,
  isToken,
  joinedText,
  ONLY_SIGNS,
  onlyLine,
  placeToken,
  signed,
  signsOf,
} from './comment-lines.ts'

/**
 * go-ini joins all comments of a key or a section, the lines above it, blank lines or not, and the one behind it
 * in the same line, to one text, and sops encrypts that text as one: a second token in a group would be lost.
 * So a group is one comment here too. Encrypted, its first line holds the token and all others their bare
 * sign, which sops passes over, so that every line gets back to its own place.
 */
export interface CommentGroup {
  /** Comments with lines of their own, from their sign on and without blanks at the end, as is `behind`. */
  readonly above: readonly Span[]
  /** The comment behind the key or the header. */
  readonly behind: Span | undefined
}

/** The header of a section: from bracket to bracket, and the indentation of its line. */
export interface Header {
  readonly span: Span
  readonly indent: string
}

/** What a token is followed by when the last line of its text is the comment behind the key, or behind a header and all. */
const WITH_BEHIND = ' ;'

/**
 * The nodes of a key's comments. When it has some above and one behind, both hold the whole text, and each
 * spells its own lines of it: two places cannot be one span, and sops reads no more than the first token.
 * A comment behind that is not `isSeen` by go-ini stands for itself.
 */
export function keyComments(source: string, group: CommentGroup, isSeen: boolean): readonly CommentNode[] {
  const { above, behind } = group
  const groups = splitAtTokens(source, above)
  const last = groups.pop()
  const nodes = groups.map((slots) => new LineComment(source, slots))
  if (last === undefined || behind === undefined) {
    if (last !== undefined) nodes.push(new LineComment(source, last))
    return behind === undefined ? nodes : [...nodes, new BehindComment(source, behind)]
  }
  if (isSeen && !isToken(source, last[0] ?? behind)) {
    const whole = joinedText(source, [...last, behind], bareLead([...last, behind]))
    return [...nodes, new LineComment(source, last, whole), new BehindComment(source, behind, whole)]
  }
  return [...nodes, new LineComment(source, last), new BehindComment(source, behind)]
}

/** The nodes of a section's comments. */
export function sectionComments(source: string, group: CommentGroup, header: Header): readonly CommentNode[] {
  const { above, behind } = group
  if (behind === undefined) return looseComments(source, above)
  const groups = splitAtTokens(source, above)
  const last = groups.at(-1)
  const apart = last !== undefined && isToken(source, last[0] ?? behind) && !isBare(behind)
  const before = apart ? groups : groups.slice(0, -1)
  const nodes = before.map((slots): CommentNode => new LineComment(source, slots))
  return [...nodes, new HeaderComment(source, { above: apart ? [] : (last ?? []), behind }, header)]
}

/** The nodes of comments that nothing follows in their section. */
export function looseComments(source: string, above: readonly Span[]): readonly CommentNode[] {
  return splitAtTokens(source, above).map((slots) => new LineComment(source, slots))
}

/** Cuts lines where somebody put a comment above or below an encrypted one, so that neither takes the other along. */
function splitAtTokens(source: string, above: readonly Span[]): Span[][] {
  const groups: Span[][] = []
  let afterToken = false
  for (const line of above) {
    const token = isToken(source, line)
    const group = groups.at(-1)
    if (group === undefined || token || (afterToken && !isBare(line))) {
      groups.push([line])
      afterToken = token
    } else group.push(line)
  }
  return groups
}

/** Comments with lines of their own. With `whole`, the last line of the text is another node's. */
class LineComment implements CommentNode {
  readonly kind = 'comment' as const
  readonly span: Span
  readonly text: string
  readonly #source: string
  readonly #slots: readonly Span[]
  readonly #withBehind: boolean

  constructor(source: string, slots: readonly Span[], whole?: string) {
    const first = slots[0] ?? { start: 0, end: 0 }
    const upper = joinedText(source, [first])
    const marked = isToken(source, first) && upper.endsWith(`]${WITH_BEHIND}`)
    this.#source = source
    this.#slots = slots
    this.#withBehind = marked || whole !== undefined
    this.span = { start: first.start, end: slots.at(-1)?.end ?? first.end }
    if (marked) this.text = upper.slice(0, -WITH_BEHIND.length)
    else this.text = isToken(source, first) ? upper : (whole ?? joinedText(source, slots, bareLead(slots)))
  }

  spell(text: string): string {
    if (text === this.text) return this.#source.slice(this.span.start, this.span.end)
    const lines = text.split('\n')
    return fillSlots(this.#source, this.#slots, this.#withBehind ? lines.slice(0, -1) : lines)
  }

  spellToken(token: string): string {
    return placeToken(this.#source, this.#slots, token + (this.#withBehind ? WITH_BEHIND : ''))
  }
}

/** The comment behind a key and its value. */
class BehindComment implements CommentNode {
  readonly kind = 'comment' as const
  readonly span: Span
  readonly text: string
  readonly #signs: string

  constructor(source: string, span: Span, whole?: string) {
    this.span = span
    this.#signs = signsOf(source.slice(span.start, span.end))
    this.text = whole ?? joinedText(source, [span])
  }

  /** Of a text that comments above hold too, the last line. */
  spell(text: string): string {
    const lines = text.split('\n')
    const last = lines.at(-1) ?? ''
    if (text === ONLY_SIGNS) return this.#signs.slice(0, 1)
    return lines.length > 1 ? signed(last) : this.#signs + last
  }

  spellToken(token: string): string {
    return this.#signs + token
  }
}

/**
 * The comment behind the header of a section, with those above. A token there would end in the wrong bracket
 * (go-ini takes the last one of the line): it goes into a line above, and the bare sign tells where it was.
 */
class HeaderComment implements CommentNode {
  readonly kind = 'comment' as const
  readonly span: Span
  readonly text: string
  readonly #source: string
  readonly #above: readonly Span[]
  readonly #behind: Span
  readonly #header: Header
  /** Whether the lines above are there for the token alone. */
  readonly #fromBehind: boolean

  constructor(source: string, group: { readonly above: readonly Span[]; readonly behind: Span }, header: Header) {
    const { above, behind } = group
    const first = above[0]
    this.#source = source
    this.#above = above
    this.#behind = behind
    this.#header = header
    this.span = { start: first?.start ?? header.span.start, end: behind.end }
    const upper = first !== undefined && isToken(source, first) ? joinedText(source, [first]) : undefined
    this.#fromBehind = first === undefined || (upper?.endsWith(WITH_BEHIND) ?? false)
    this.text = upper === undefined ? plainText(source, above, behind) : upper.replace(/ ;$/, '')
  }

  spell(text: string): string {
    if (text === this.text) return this.#source.slice(this.span.start, this.span.end)
    const lines = text.split('\n')
    if (this.#fromBehind) return this.#headerPart(this.#signs(this.#above[0] ?? this.#behind) + onlyLine(lines))
    const upper = fillSlots(this.#source, this.#above, lines.slice(0, -1)) + this.#gap()
    if (text === ONLY_SIGNS) return upper + this.#headerPart(this.#signs(this.#behind).slice(0, 1))
    return upper + this.#headerPart(signed(lines.at(-1) ?? ''))
  }

  spellToken(token: string): string {
    const header = this.#headerPart(this.#source.slice(this.#behind.start, this.#behind.start + 1))
    if (this.#above.length > 0) {
      const marked = token + (this.#fromBehind ? WITH_BEHIND : '')
      return placeToken(this.#source, this.#above, marked) + this.#gap() + header
    }
    return `${this.#signs(this.#behind)}${token}${WITH_BEHIND}\n${this.#header.indent}${header}`
  }

  #gap(): string {
    return this.#source.slice(this.#above.at(-1)?.end, this.#header.span.start)
  }

  #headerPart(behind: string): string {
    return this.#source.slice(this.#header.span.start, this.#behind.start) + behind
  }

  #signs({ start, end }: Span): string {
    return signsOf(this.#source.slice(start, end))
  }
}

/** Of bare lines above, only the comment behind is left, and keeps its sign as any further line does. */
function plainText(source: string, above: readonly Span[], behind: Span): string {
  if (above.length > 0 && above.every(isBare) && !isBare(behind)) return source.slice(behind.start, behind.end)
  return joinedText(source, [...above, behind], bareLead(above))
}
