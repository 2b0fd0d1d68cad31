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

type Side = 'ours' | 'theirs'

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
      () => this.#variants((chunk) => this.#settle(chunk, 'theirs')),
      () => [this.#parsed.ours.text, this.#parsed.ours.text],
      () => [this.#parsed.ours.text, this.#parsed.theirs.text],
    ]
    let lossy: Variants | undefined
    for (const attempt of attempts) {
      const mended = this.#withValues(attempt())
      if (mended === undefined) continue
      if (this.#keepsComments(mended)) return this.#closer(mended)
      lossy ??= mended
    }
    return lossy === undefined ? [this.#parsed.ours.text, this.#parsed.theirs.text] : this.#closer(lossy)
  }

  #withValues([ours, theirs]: Variants): Variants | undefined {
    const mended = [
      textWithValues(this.#format, ours, this.#values.ours),
      textWithValues(this.#format, theirs, this.#values.theirs),
    ] as const
    return mended[0] === undefined || mended[1] === undefined ? undefined : [mended[0], mended[1]]
  }

  /** Whether what each side has added to the comments is in both results: an entry that goes takes some along. */
  #keepsComments(variants: Variants): boolean {
    const known = new Set(this.#comments.base.values())
    const added = [...this.#comments.ours.values(), ...this.#comments.theirs.values()].filter((one) => !known.has(one))
    return variants.every((text) => {
      const kept = new Set(lineComments(this.#format.parse(text)).values())
      return added.every((comment) => kept.has(comment))
    })
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
   * Whose lines the values are put into when the values themselves do not conflict: those of the other side if only that one changed
   * comments there; comments that it only added are added to those of `side`. Undefined leaves the chunk to each side.
   */
  #settle(chunk: Chunk, side: Side = 'ours'): Choice | undefined {
    if (this.#values.conflicts.length > 0) return undefined
    const other = side === 'ours' ? 'theirs' : 'ours'
    const [before, own, others] = [
      this.#commentsIn(chunk, 'base'),
      this.#commentsIn(chunk, side),
      this.#commentsIn(chunk, other),
    ]
    if (sameTexts(others, before) || sameTexts(others, own)) return side
    if (sameTexts(own, before) && side === 'ours') return other
    if (!before.every((comment) => others.includes(comment))) return undefined
    const known = new Set([...before, ...own])
    const added = chunk[other].filter((_, index) => {
      const comment = this.#comments[other].get(chunk.at[other] + index)
      return comment !== undefined && !known.has(comment)
    })
    // A comment behind a value does not go without it.
    return added.every((line) => /^\s*[#;]/.test(line)) ? [...chunk[side], ...added] : undefined
  }

  #commentsIn(chunk: Chunk, version: 'base' | Side): readonly string[] {
    return commentsOn(this.#comments[version], chunk.at[version], chunk[version].length)
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
