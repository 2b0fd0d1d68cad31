/** What changed between two sequences: lines of a text, elements of a list. */
import { type Move, shortestMoves } from './shortest-moves.ts'

/** One element of a sequence, by what it is compared by. */
export interface Comparable {
  /** Equal for equal elements. */
  readonly same: string
  /** Equal for elements of which one is probably the other, changed: a key, a name. */
  readonly alike: string | undefined
}

/** Half-open range of indices. */
export interface Range {
  readonly start: number
  readonly end: number
}

/** A range of the base and what took its place. An insertion has an empty base range, a removal an empty side. */
export interface Hunk {
  readonly base: Range
  readonly side: Range
}

/**
 * The hunks that turn `base` into `side`, in order. Within what changed, elements that are alike are paired, and as many elements
 * in the place of as many others are paired one by one, so that changes of neighbours stay apart.
 */
export function differences(base: readonly Comparable[], side: readonly Comparable[]): readonly Hunk[] {
  const moves = shortestMoves(
    base.map(({ same }) => same),
    side.map(({ same }) => same),
  )
  return moves.flatMap((move) => paired(move, base, side))
}

function paired(move: Move, base: readonly Comparable[], side: readonly Comparable[]): readonly Hunk[] {
  const gaps = shortestMoves(names(base, move.base, 'base'), names(side, move.side, 'side'))
  const hunks: Hunk[] = []
  let [from, to] = [move.base.start, move.side.start]
  const pairUpTo = (count: number): void => {
    for (let index = 0; index < count; index += 1) hunks.push(hunk([from + index, 1], [to + index, 1]))
    from += count
    to += count
  }
  for (const gap of gaps) {
    pairUpTo(move.base.start + gap.base.start - from)
    const [removed, added] = [gap.base.end - gap.base.start, gap.side.end - gap.side.start]
    if (removed === added) pairUpTo(removed)
    else {
      hunks.push(hunk([from, removed], [to, added]))
      from += removed
      to += added
    }
  }
  pairUpTo(move.base.end - from)
  return hunks
}

/** What elements are alike by; those without a name are like no other. */
function names(elements: readonly Comparable[], { start, end }: Range, which: string): readonly string[] {
  return elements
    .slice(start, end)
    .map(({ alike }, index) => (alike === undefined ? `${which} ${index}` : `name ${alike}`))
}

function hunk([from, removed]: [number, number], [to, added]: [number, number]): Hunk {
  return { base: { start: from, end: from + removed }, side: { start: to, end: to + added } }
}
