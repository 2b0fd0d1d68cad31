/** The shortest way from one sequence to another (E. W. Myers, "An O(ND) Difference Algorithm", 1986). */

/** A range of the first sequence and what stands in its place in the second. */
export interface Move {
  readonly base: { readonly start: number; readonly end: number }
  readonly side: { readonly start: number; readonly end: number }
}

/** Differences beyond which the rest is taken as one move: memory grows with their square. */
const MOST_STEPS = 2000

/** The ranges that differ, in order; what lies between them is equal on both sides. */
export function shortestMoves(base: readonly string[], side: readonly string[]): readonly Move[] {
  const shorter = Math.min(base.length, side.length)
  let start = 0
  while (start < shorter && base[start] === side[start]) start += 1
  let end = 0
  while (end < shorter - start && base.at(-1 - end) === side.at(-1 - end)) end += 1
  const [from, to] = numbered(base.slice(start, base.length - end), side.slice(start, side.length - end))
  if (from.length === 0 && to.length === 0) return []
  return movesOf(from, to).map((move) => shifted(move, start))
}

function shifted({ base, side }: Move, by: number): Move {
  return {
    base: { start: base.start + by, end: base.end + by },
    side: { start: side.start + by, end: side.end + by },
  }
}

/** Numbers compare faster than texts. */
function numbered(base: readonly string[], side: readonly string[]): readonly [Int32Array, Int32Array] {
  const known = new Map<string, number>()
  const number = (text: string): number => {
    const found = known.get(text) ?? known.size
    known.set(text, found)
    return found
  }
  return [Int32Array.from(base, number), Int32Array.from(side, number)]
}

function movesOf(from: Int32Array, to: Int32Array): readonly Move[] {
  const whole: Move = { base: { start: 0, end: from.length }, side: { start: 0, end: to.length } }
  if (from.length === 0 || to.length === 0) return [whole]
  const trace = forward(from, to)
  return trace === undefined ? [whole] : backward(from.length, to.length, trace)
}

/** Furthest points on each diagonal, step by step, until the end is reached. */
function forward(from: Int32Array, to: Int32Array): readonly Int32Array[] | undefined {
  const most = Math.min(from.length + to.length, MOST_STEPS)
  const trace: Int32Array[] = []
  let furthest = new Int32Array(3)
  for (let step = 0; step <= most; step += 1) {
    const next = new Int32Array(2 * step + 3)
    for (let diagonal = -step; diagonal <= step; diagonal += 2) {
      let x = step === 0 ? 0 : entered(furthest, diagonal, step - 1)
      while (x < from.length && x - diagonal < to.length && from[x] === to[x - diagonal]) x += 1
      next[diagonal + step + 1] = x
      if (x >= from.length && x - diagonal >= to.length) return [...trace, next]
    }
    trace.push(next)
    furthest = next
  }
  return undefined
}

/** Where a diagonal is entered from the points of the step before, whose middle is at `previous + 1`. */
function entered(points: Int32Array, diagonal: number, previous: number): number {
  const down = points[diagonal + 1 + previous + 1] ?? 0
  const right = (points[diagonal - 1 + previous + 1] ?? 0) + 1
  return isDown(points, diagonal, previous) ? down : right
}

function isDown(points: Int32Array, diagonal: number, previous: number): boolean {
  if (diagonal === -(previous + 1)) return true
  if (diagonal === previous + 1) return false
  return (points[diagonal - 1 + previous + 1] ?? 0) < (points[diagonal + 1 + previous + 1] ?? 0)
}

function backward(fromLength: number, toLength: number, trace: readonly Int32Array[]): readonly Move[] {
  const steps: Move[] = []
  let [x, y] = [fromLength, toLength]
  for (let step = trace.length - 1; step > 0; step -= 1) {
    const points = trace[step - 1] ?? new Int32Array(0)
    const down = isDown(points, x - y, step - 1)
    const diagonal = down ? x - y + 1 : x - y - 1
    const before = points[diagonal + step] ?? 0
    const [beforeX, beforeY] = [before, before - diagonal]
    const [afterX, afterY] = down ? [beforeX, beforeY + 1] : [beforeX + 1, beforeY]
    steps.push({ base: { start: beforeX, end: afterX }, side: { start: beforeY, end: afterY } })
    ;[x, y] = [beforeX, beforeY]
  }
  return joined(steps.reverse())
}

/** Single steps that follow one another are one move. */
function joined(steps: readonly Move[]): readonly Move[] {
  const moves: Move[] = []
  for (const step of steps) {
    const last = moves.at(-1)
    if (last === undefined || last.base.end !== step.base.start || last.side.end !== step.side.start) {
      moves.push(step)
      continue
    }
    moves[moves.length - 1] = {
      base: { start: last.base.start, end: step.base.end },
      side: { start: last.side.start, end: step.side.end },
    }
  }
  return moves
}
