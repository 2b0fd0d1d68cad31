/**
 * Three-way merge of texts of one format. The values are merged by path, the text around them by lines; where lines cannot be merged,
 * the text of one side is given the merged values.
 */
import type { Format, ParsedText } from '../format.ts'
import { plainMap } from '../plain-value.ts'
import { commentsOn, type LineComments, lineComments } from './line-comments.ts'
import { type Choice, type Chunk, joinLines, type LineOptions, mergeLines } from './merge-lines.ts'
import type { ThreeWay } from './merge-sequences.ts'
import { type EntryConflict, type MergedValues, mergeValues } from './merge-values.ts'
import { holdsDocuments, textWithValues } from './text-with-values.ts'

/**
 * Two texts that differ only where both sides changed the same: `ours` with our version of it, `theirs` with theirs. Equal
 * when all could be merged.
 */
export interface MergedText {
  readonly ours: string
  readonly theirs: string
  /** Entries that both changed. Comments that both changed are no entries: then the texts differ without any. */
  readonly conflicts: readonly EntryConflict[]
}

/** The texts to merge; `base` is undefined where both sides added the file. */
export interface VersionTexts {
  readonly base: string | undefined
  readonly ours: string
  readonly theirs: string
}

/**
 * Merges three versions. Each text must be valid, without metadata; throws `FORMAT_INVALID`
 * for one that is not, and `LIMIT_EXCEEDED`.
 */
export function mergeTexts(format: Format, texts: VersionTexts): MergedText {
  const parsed = {
    base: texts.base === undefined ? undefined : format.parse(texts.base),
    ours: format.parse(texts.ours),
    theirs: format.parse(texts.theirs),
  }
  return new TextMerger(format, texts, parsed).merge()
}

interface ParsedVersions {
  readonly base: ParsedText | undefined
  readonly ours: ParsedText
  readonly theirs: ParsedText
}

type Variants = readonly [ours: string, theirs: string]

class TextMerger {
  readonly #format: Format
  readonly #parsed: ParsedVersions
  readonly #values: MergedValues
  readonly #chunks: readonly Chunk[]
  readonly #lines: LineOptions
  readonly #comments: ThreeWay<LineComments>

  constructor(format: Format, texts: VersionTexts, parsed: ParsedVersions) {
    this.#format = format
    this.#parsed = parsed
    this.#values = mergeValues(ofEach(parsed, (version) => version?.documents.map(plainMap) ?? []))
    this.#lines = { commas: format.name === 'json' }
    this.#chunks = mergeLines(texts, this.#lines)
    this.#comments = ofEach(parsed, (version) => (version === undefined ? new Map() : lineComments(version)))
  }

  merge(): MergedText {
    const [ours, theirs] = this.#exact() ?? this.#mended()
    return { ours, theirs, conflicts: this.#values.conflicts }
  }

  /** The lines alone give the merged values: the ordinary case. */
  #exact(): Variants | undefined {
    const variants = this.#variants((chunk) => (chunk.kind === 'inserts' ? 'inserted' : undefined))
    return this.#holds(variants) ? variants : undefined
  }

  #mended(): Variants {
    const attempts: readonly (() => Variants)[] = [
      () => this.#variants((chunk) => (chunk.kind === 'inserts' ? 'inserted' : undefined)),
      () => this.#variants(() => undefined),
      () => [this.#parsed.ours.text, this.#parsed.ours.text],
      () => [this.#parsed.ours.text, this.#parsed.theirs.text],
    ]
    for (const attempt of attempts) {
      const [ours, theirs] = attempt()
      const mended = [
        textWithValues(this.#format, ours, this.#values.ours),
        textWithValues(this.#format, theirs, this.#values.theirs),
      ] as const
      if (mended[0] !== undefined && mended[1] !== undefined) return this.#closer([mended[0], mended[1]])
    }
    return [this.#parsed.ours.text, this.#parsed.theirs.text]
  }

  /** Our text with their values, where nothing is lost by it: the two then differ in the conflicts alone. */
  #closer([ours, theirs]: Variants): Variants {
    const closer = textWithValues(this.#format, ours, this.#values.theirs)
    if (closer === undefined || this.#allComments(closer) !== this.#allComments(theirs)) return [ours, theirs]
    return [ours, closer]
  }

  #allComments(text: string): string {
    return [...lineComments(this.#format.parse(text)).values()].sort().join('\n')
  }

  /** Both results; `choose` decides alike for both, or leaves the chunk to each side. */
  #variants(choose: (chunk: Chunk) => Choice | undefined): Variants {
    const settled = new Map(this.#chunks.map((chunk) => [chunk, choose(chunk) ?? this.#settle(chunk)]))
    return [
      joinLines(this.#chunks, (chunk) => settled.get(chunk) ?? 'ours', this.#lines),
      joinLines(this.#chunks, (chunk) => settled.get(chunk) ?? 'theirs', this.#lines),
    ]
  }

  /**
   * Whose lines the values are put into when the values themselves do not conflict: theirs if only they changed comments
   * there; comments that they only added are added to ours. Undefined leaves the chunk to each side.
   */
  #settle({ at, base, ours, theirs }: Chunk): Choice | undefined {
    if (this.#values.conflicts.length > 0) return undefined
    const [before, oursNow, theirsNow] = [
      commentsOn(this.#comments.base, at.base, base.length),
      commentsOn(this.#comments.ours, at.ours, ours.length),
      commentsOn(this.#comments.theirs, at.theirs, theirs.length),
    ]
    if (sameTexts(theirsNow, before) || sameTexts(theirsNow, oursNow)) return 'ours'
    if (sameTexts(oursNow, before)) return 'theirs'
    if (!before.every((comment) => theirsNow.includes(comment))) return undefined
    const known = new Set([...before, ...oursNow])
    const added = theirs.filter((_, index) => {
      const comment = this.#comments.theirs.get(at.theirs + index)
      return comment !== undefined && !known.has(comment)
    })
    // A comment behind a value does not go without it.
    return added.every((line) => /^\s*[#;]/.test(line)) ? [...ours, ...added] : undefined
  }

  #holds([ours, theirs]: Variants): boolean {
    if (!holdsDocuments(this.#format, ours, this.#values.ours)) return false
    return ours === theirs || holdsDocuments(this.#format, theirs, this.#values.theirs)
  }
}

function sameTexts(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((text, index) => text === b[index])
}

function ofEach<To>(
  { base, ours, theirs }: ParsedVersions,
  convert: (version: ParsedText | undefined) => To,
): ThreeWay<To> {
  return { base: convert(base), ours: convert(ours), theirs: convert(theirs) }
}
