/** Three-way merge of who can open a file. */
import type { ThreeWay } from './merge-sequences.ts'

/** Canonical references, key group by key group. */
export type References = readonly (readonly string[])[]

/**
 * The recipients of the merged file. One that either side removed is out, whatever the other did with it; one that either side added
 * is in. Where the key groups themselves were changed by one side alone, its groups count; where both changed them, ours do, without
 * what they removed. `base` is empty for a file that both sides added.
 */
export function mergeRecipients({ base, ours, theirs }: ThreeWay<References>): References {
  if (sameReferences(ours, theirs) || sameReferences(base, theirs)) return ours
  if (sameReferences(base, ours)) return theirs
  const [inBase, inOurs, inTheirs] = [base.flat(), ours.flat(), theirs.flat()].map((all) => new Set(all))
  const isIn = (reference: string): boolean => {
    if (inBase?.has(reference) !== true) return true
    return inOurs?.has(reference) === true && inTheirs?.has(reference) === true
  }
  const kept = ours.map((group) => group.filter(isIn))
  if (ours.length !== theirs.length) return kept.filter((group) => group.length > 0)
  const merged = kept.map((group, index) => {
    const added = (theirs[index] ?? []).filter((reference) => isIn(reference) && inOurs?.has(reference) !== true)
    return [...group, ...added]
  })
  return merged.filter((group) => group.length > 0)
}

/** Whether two lists of groups name the same recipients in the same groups; groups and lists are sets. */
export function sameReferences(a: References, b: References): boolean {
  return spelled(a) === spelled(b)
}

/** What either side changed; where both changed it in different ways, `undefined`. */
export function mergeField<Value>(
  { base, ours, theirs }: ThreeWay<Value>,
  same: (a: Value, b: Value) => boolean,
): Value | undefined {
  if (same(ours, theirs) || same(base, theirs)) return ours
  return same(base, ours) ? theirs : undefined
}

function spelled(groups: References): string {
  return JSON.stringify(groups.map((group) => JSON.stringify([...new Set(group)].sort())).sort())
}
