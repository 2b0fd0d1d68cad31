/** Longest name that is compared: the work grows with the product of the lengths, and names come from files. */
const MAX_LENGTH = 64

/**
 * The candidate that `name` was probably meant to be, for "did you mean"; undefined when none is near.
 * Near is: the same but for case, or at most one edit for each three characters (at least one), or a
 * candidate that begins with `name` (three characters or more). The first of equally near ones wins.
 */
export function closest(name: string, candidates: Iterable<string>): string | undefined {
  const wanted = name.toLowerCase()
  const limit = Math.max(1, Math.floor(wanted.length / 3))
  let best: { readonly candidate: string; readonly distance: number } | undefined
  for (const candidate of candidates) {
    const distance = nearness(wanted, candidate.toLowerCase())
    if (distance <= limit && distance < (best?.distance ?? Infinity)) best = { candidate, distance }
  }
  return best?.candidate
}

function nearness(wanted: string, candidate: string): number {
  if (wanted === '' || wanted.length > MAX_LENGTH || candidate.length > MAX_LENGTH) return Infinity
  const distance = editDistance(wanted, candidate)
  const shortened = wanted.length >= 3 && candidate.startsWith(wanted)
  return shortened ? Math.min(distance, 1) : distance
}

/**
 * Insertions, removals, replacements and swaps of neighbours that turn one text into the other, no part
 * edited twice: the "optimal string alignment" distance of Damerau and Levenshtein, in UTF-16 code units.
 */
export function editDistance(from: string, to: string): number {
  let beforePrevious: number[] = []
  let previous = Array.from({ length: to.length + 1 }, (_, column) => column)
  for (let row = 1; row <= from.length; row += 1) {
    const current = [row]
    for (let column = 1; column <= to.length; column += 1) {
      const same = from[row - 1] === to[column - 1]
      const swapped = row > 1 && column > 1 && from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1]
      current.push(
        Math.min(
          at(previous, column) + 1,
          at(current, column - 1) + 1,
          at(previous, column - 1) + (same ? 0 : 1),
          swapped ? at(beforePrevious, column - 2) + 1 : Infinity,
        ),
      )
    }
    beforePrevious = previous
    previous = current
  }
  return at(previous, to.length)
}

function at(distances: readonly number[], index: number): number {
  return distances[index] ?? Infinity
}
