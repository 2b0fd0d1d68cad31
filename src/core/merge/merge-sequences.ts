/** Three-way merge of sequences, of whatever elements. */
import { type Comparable, differences, type Hunk, type Range } from './sequence-difference.ts'

/**
 * A stretch of the merged sequence. `kept`: nobody changed it; `ours`, `theirs`: one side did; `equal`: both did the same;
 * `inserts`: both inserted something else at one place; `conflict`: both changed the same elements.
 */
export interface Region {
  readonly kind: 'kept' | 'ours' | 'theirs' | 'equal' | 'inserts' | 'conflict'
  readonly base: Range
  readonly ours: Range
  readonly theirs: Range
}

/** Three versions of one thing. */
export interface ThreeWay<Version> {
  readonly base: Version
  readonly ours: Version
  readonly theirs: Version
}

/** The regions, in order, which cover all three sequences. Changes that only touch each other do not conflict. */
export function mergeSequences(versions: ThreeWay<readonly Comparable[]>): readonly Region[] {
  return new RegionBuilder(versions).build()
}

class RegionBuilder {
  readonly #versions: ThreeWay<readonly Comparable[]>
  readonly #ours: Hunk[]
  readonly #theirs: Hunk[]
  readonly #regions: Region[] = []
  #base = 0
  #oursAt = 0
  #theirsAt = 0

  constructor(versions: ThreeWay<readonly Comparable[]>) {
    this.#versions = versions
    this.#ours = [...differences(versions.base, versions.ours)]
    this.#theirs = [...differences(versions.base, versions.theirs)]
  }

  build(): readonly Region[] {
    while (this.#ours.length > 0 || this.#theirs.length > 0) this.#changed()
    this.#kept(this.#versions.base.length)
    return this.#regions
  }

  #changed(): void {
    const range = this.#firstRange()
    const [ours, theirs]: [Hunk[], Hunk[]] = [[], []]
    let grown: Range | undefined = range
    let whole = range
    while (grown !== undefined) {
      whole = { start: Math.min(whole.start, grown.start), end: Math.max(whole.end, grown.end) }
      grown = takeOverlapping(this.#ours, whole, ours) ?? takeOverlapping(this.#theirs, whole, theirs)
    }
    this.#kept(whole.start)
    this.#add(whole, ours, theirs)
  }

  /** The next hunk of either side; at one place, an insertion comes before what follows it. */
  #firstRange(): Range {
    const [ours, theirs] = [this.#ours[0]?.base, this.#theirs[0]?.base]
    if (ours === undefined || theirs === undefined) return ours ?? theirs ?? { start: 0, end: 0 }
    if (ours.start !== theirs.start) return ours.start < theirs.start ? ours : theirs
    return ours.end <= theirs.end && isEmpty(ours) ? ours : isEmpty(theirs) ? theirs : ours
  }

  #kept(until: number): void {
    const length = until - this.#base
    if (length > 0) this.#push('kept', [length, length, length])
  }

  #add(base: Range, ours: readonly Hunk[], theirs: readonly Hunk[]): void {
    const length = base.end - base.start
    const lengths: [number, number, number] = [length, length + growth(ours), length + growth(theirs)]
    if (theirs.length === 0) this.#push('ours', lengths)
    else if (ours.length === 0) this.#push('theirs', lengths)
    else this.#push(this.#sameOnBothSides(lengths) ? 'equal' : length === 0 ? 'inserts' : 'conflict', lengths)
  }

  #sameOnBothSides([, ours, theirs]: readonly [number, number, number]): boolean {
    if (ours !== theirs) return false
    for (let index = 0; index < ours; index += 1) {
      const [a, b] = [this.#versions.ours[this.#oursAt + index], this.#versions.theirs[this.#theirsAt + index]]
      if (a?.same !== b?.same) return false
    }
    return true
  }

  #push(kind: Region['kind'], [base, ours, theirs]: readonly [number, number, number]): void {
    const region: Region = {
      kind,
      base: { start: this.#base, end: this.#base + base },
      ours: { start: this.#oursAt, end: this.#oursAt + ours },
      theirs: { start: this.#theirsAt, end: this.#theirsAt + theirs },
    }
    this.#regions.push(region)
    this.#base = region.base.end
    this.#oursAt = region.ours.end
    this.#theirsAt = region.theirs.end
  }
}

/** Moves the first hunk to `taken` if it overlaps the range, and gives its own range. */
function takeOverlapping(hunks: Hunk[], range: Range, taken: Hunk[]): Range | undefined {
  const [first] = hunks
  if (first === undefined || !overlaps(first.base, range)) return undefined
  hunks.shift()
  taken.push(first)
  return first.base
}

function overlaps(hunk: Range, range: Range): boolean {
  if (hunk.start === range.start && hunk.end === range.end) return true
  if (isEmpty(hunk)) return range.start < hunk.start && hunk.start < range.end
  return !isEmpty(range) && hunk.start < range.end && range.start < hunk.end
}

function isEmpty({ start, end }: Range): boolean {
  return start === end
}

function growth(hunks: readonly Hunk[]): number {
  return hunks.reduce((sum, { base, side }) => sum + (side.end - side.start) - (base.end - base.start), 0)
}
