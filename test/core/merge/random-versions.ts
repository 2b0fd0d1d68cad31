/** Random versions of one file, edited as people do, and what merging them must give: worked out on paths alone. */
import fc from 'fast-check'
import type { Format } from '../../../src/core/format.ts'
import { formatPath } from '../../../src/core/path-syntax.ts'
import { plainMap } from '../../../src/core/plain-value.ts'
import { stringScalar } from '../../../src/core/scalar.ts'
import { applyEdits, isScalar, type Path, type PlainValue } from '../../../src/core/tree.ts'
import { changeEntry } from '../../../src/project/change-entry.ts'
import { Choices } from '../../properties/choices.ts'

/** Leaves by their path, as text; an empty map is a leaf. */
export type Leaves = ReadonlyMap<string, string>

export interface RandomVersions {
  readonly base: string
  readonly ours: string
  readonly theirs: string
}

/** Numbers to make one case of. */
export const caseNumbers: fc.Arbitrary<number[]> = fc.array(fc.nat(1000), { minLength: 40, maxLength: 120 })

/** Three texts. `nested`: with maps in maps and lists; `comments`: with lines of comments, each unique. */
export function randomVersions(format: Format, numbers: readonly number[], how: RandomOptions): RandomVersions {
  const choices = new Choices(numbers)
  const base = withComments(format.render([randomMap(choices, how.nested ? 2 : 0)]), choices, how)
  const edited = (side: string): string =>
    withComments(randomEdits(format, base, { choices, side, ...how }), choices, how)
  return { base, ours: edited('o'), theirs: edited('t') }
}

export interface RandomOptions {
  readonly nested: boolean
  readonly comments: boolean
}

/** What the leaves of the merge must be; undefined where both sides changed the same. */
export function modelMerge(base: Leaves, ours: Leaves, theirs: Leaves): Leaves | undefined {
  const merged = new Map<string, string>()
  for (const path of new Set([...base.keys(), ...ours.keys(), ...theirs.keys()])) {
    const [b, o, t] = [base.get(path), ours.get(path), theirs.get(path)]
    if (o !== t && o !== b && t !== b) return undefined
    const value = o === b ? t : o
    if (value !== undefined) merged.set(path, value)
  }
  if (removedWhole(base, ours, theirs) || removedWhole(base, theirs, ours)) return undefined
  // One side put a value where the other one added an entry below.
  const paths = [...merged.keys()]
  return paths.some((path) => paths.some((other) => other.startsWith(`${path}.`))) ? undefined : merged
}

/** Whether `one` removed a top-level entry in which `other` changed something. */
function removedWhole(base: Leaves, one: Leaves, other: Leaves): boolean {
  const below = (leaves: Leaves, key: string): string =>
    JSON.stringify([...leaves].filter(([path]) => path === key || path.startsWith(`${key}.`)))
  const keys = [...base.keys()].map((path) => path.split('.')[0] ?? '')
  return keys.some(
    (key) => below(one, key) === '[]' && below(other, key) !== '[]' && below(other, key) !== below(base, key),
  )
}

/** The leaves of a text. Lists count as one leaf, so that only one side may change each. */
export function leavesOf(format: Format, text: string): Leaves {
  const leaves = new Map<string, string>()
  const collect = (value: PlainValue, path: Path): void => {
    if (isScalar(value)) leaves.set(formatPath(path), `${value.type}:${String(value.canonical)}`)
    else if (value.kind === 'list') leaves.set(formatPath(path), JSON.stringify(value.elements.map(listed)))
    else for (const [key, entry] of value.entries) collect(entry, [...path, key])
  }
  for (const root of format.parse(text).documents) collect(plainMap(root), [])
  return leaves
}

function listed(value: PlainValue): unknown {
  if (isScalar(value)) return `${value.type}:${String(value.canonical)}`
  if (value.kind === 'list') return value.elements.map(listed)
  return value.entries.map(([key, entry]) => [key, listed(entry)])
}

function randomMap(choices: Choices, depth: number): PlainValue & { kind: 'map' } {
  const entries = choices.some(2, 6, () => [`k${choices.unique()}`, randomValue(choices, depth)] as const)
  return { kind: 'map', entries }
}

function randomValue(choices: Choices, depth: number): PlainValue {
  if (depth > 0 && choices.once(3)) return randomMap(choices, depth - 1)
  if (depth > 0 && choices.once(5)) return { kind: 'list', elements: choices.some(1, 4, () => randomText(choices)) }
  return randomText(choices)
}

function randomText(choices: Choices): PlainValue {
  return stringScalar(choices.of(['plain', 'with blank', 'x: y', '"quoted"', '12', 'a#b', 'true']) + choices.below(50))
}

interface EditOptions extends RandomOptions {
  readonly choices: Choices
  readonly side: string
}

function randomEdits(format: Format, text: string, options: EditOptions): string {
  let edited = text
  for (let count = options.choices.below(4); count > 0; count -= 1) edited = randomEdit(format, edited, options)
  return edited
}

function randomEdit(format: Format, text: string, { choices, side, nested }: EditOptions): string {
  const parsed = format.parse(text)
  const maps: Path[] = [[]]
  const entries: Path[] = []
  const collect = (value: PlainValue, path: Path): void => {
    if (isScalar(value) || value.kind !== 'map') return
    for (const [key, entry] of value.entries) {
      entries.push([...path, key])
      if (!isScalar(entry) && entry.kind === 'map') maps.push([...path, key])
      collect(entry, [...path, key])
    }
  }
  const [root] = parsed.documents
  if (root !== undefined) collect(plainMap(root), [])
  const kind = choices.below(3)
  if (kind === 0 || entries.length < 3) {
    const path = [...choices.of(maps), `${side}${choices.unique()}`]
    return changeEntry(format, parsed, { document: 0, path, value: randomValue(choices, nested ? 1 : 0) })
  }
  const path = choices.of(entries)
  // A map that became empty would be a value of its own, which the model does not know.
  if (kind === 1 && path.length === 1) return changeEntry(format, parsed, { document: 0, path, value: undefined })
  return changeEntry(format, parsed, { document: 0, path, value: randomText(choices) })
}

function withComments(text: string, choices: Choices, { comments }: RandomOptions): string {
  if (!comments || !choices.once(2)) return text
  const lines = text.split('\n')
  const starts = lines.flatMap((line, index) => (/^k\d+/.test(line) ? [index] : []))
  const at = starts.length === 0 ? 0 : choices.of(starts)
  const start = lines.slice(0, at).join('\n').length + (at === 0 ? 0 : 1)
  return applyEdits(text, [{ start, end: start, text: `# note ${choices.unique()}\n` }])
}
