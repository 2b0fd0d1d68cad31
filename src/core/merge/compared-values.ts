/** Comparing whole values of trees, without regard to the order of keys and to notation. */
import type { Scalar } from '../scalar.ts'
import type { PlainValue } from '../tree.ts'
import type { Comparable } from './sequence-difference.ts'

const known = new WeakMap<object, string>()

/** A text that is equal for equal values alone. It holds the value: for comparing, never for showing. */
function signature(value: PlainValue): string {
  const found = known.get(value) ?? sign(value)
  known.set(value, found)
  return found
}

/** Whether two values are the same; a missing one is like a missing one. */
export function sameValue(a: PlainValue | undefined, b: PlainValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  return a === b || signature(a) === signature(b)
}

/** Elements of a list, ready to be compared; maps are alike when they begin with the same entry (`name: web`). */
export function comparableElements(elements: readonly PlainValue[]): readonly Comparable[] {
  return elements.map((element) => ({ same: signature(element), alike: nameOf(element) }))
}

function sign(value: PlainValue): string {
  if (!('kind' in value)) return signScalar(value)
  if (value.kind === 'list') return `[${value.elements.map(signature).join(',')}]`
  const entries = value.entries.map(([key, entry]) => `${JSON.stringify(key)}:${signature(entry)}`)
  return `{${entries.sort().join(',')}}`
}

function signScalar({ type, canonical }: Scalar): string {
  const text = typeof canonical === 'string' ? canonical : Buffer.from(canonical).toString('base64')
  return `${type}${JSON.stringify(text)}`
}

function nameOf(value: PlainValue): string | undefined {
  if (!('kind' in value) || value.kind === 'list') return undefined
  const [first] = value.entries
  return first === undefined || 'kind' in first[1] ? undefined : `${first[0]} ${signature(first[1])}`
}
