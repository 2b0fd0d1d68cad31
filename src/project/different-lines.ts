/** Lines of a text, from 1; `first` and `last` may be the same. */
export interface LineRange {
  readonly first: number
  readonly last: number
}

/**
 * The lines of `before` that `after` has otherwise, in ranges. Where lines were added or removed, one range from the first
 * difference to the last. Nothing for equal content.
 */
export function differentLines(before: Uint8Array, after: Uint8Array): readonly LineRange[] {
  const [old, now] = [linesOf(before), linesOf(after)]
  if (old.length !== now.length) return [betweenEqualEnds(old, now)]
  const ranges: { first: number; last: number }[] = []
  for (const [index, line] of old.entries()) {
    if (line === now[index]) continue
    const open = ranges.at(-1)
    if (open?.last === index) open.last = index + 1
    else ranges.push({ first: index + 1, last: index + 1 })
  }
  return ranges
}

function linesOf(content: Uint8Array): readonly string[] {
  return Buffer.from(content).toString('latin1').split('\n')
}

function betweenEqualEnds(old: readonly string[], now: readonly string[]): LineRange {
  const shorter = Math.min(old.length, now.length)
  let start = 0
  while (start < shorter && old[start] === now[start]) start += 1
  let end = 0
  while (end < shorter - start && old.at(-1 - end) === now.at(-1 - end)) end += 1
  return { first: start + 1, last: Math.max(start + 1, old.length - end) }
}
