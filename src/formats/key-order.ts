/**
 * The order in which keys are written where some stand in a text already: those keep their order, and each new
 * one follows the key that it follows in `wanted` (the first, where none stands before it). Keys that are not
 * wanted are left out. `present` and `wanted` have no duplicates; linear in both.
 */
export function orderedKeys(present: readonly string[], wanted: readonly string[]): readonly string[] {
  const all = new Set(wanted)
  const kept = new Set(present.filter((key) => all.has(key)))
  const first: string[] = []
  const following = new Map<string, string[]>()
  let run = first
  for (const key of wanted) {
    if (kept.has(key)) {
      run = []
      following.set(key, run)
    } else run.push(key)
  }
  return [...first, ...[...kept].flatMap((key) => [key, ...(following.get(key) ?? [])])]
}
