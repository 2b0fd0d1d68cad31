/**
 * Three-way merge of trees of values by path. Where both sides changed one entry in different ways there are two results: one with
 * our value, one with theirs; all else is the same in both.
 */
import type { PlainMap } from '../plain-value.ts'
import type { Path, PlainValue } from '../tree.ts'
import { comparableElements, sameValue } from './compared-values.ts'
import { mergeSequences, type Region, type ThreeWay } from './merge-sequences.ts'
import type { Range } from './sequence-difference.ts'

/** An entry that both sides changed. */
export interface EntryConflict {
  readonly document: number
  readonly path: Path
  readonly kind:
    | 'changed by both'
    | 'added by both'
    | 'removed by us, changed by them'
    | 'changed by us, removed by them'
}

/** The documents of a file, merged. `ours` and `theirs` are equal where there is no conflict. */
export interface MergedValues {
  readonly ours: readonly PlainMap[]
  readonly theirs: readonly PlainMap[]
  readonly conflicts: readonly EntryConflict[]
}

/** Merges the documents of three versions, by their position. Without a base, what both have must be equal. */
export function mergeValues(versions: ThreeWay<readonly PlainMap[]>): MergedValues {
  const { base, ours, theirs } = versions
  const count = Math.max(ours.length, theirs.length)
  const conflicts: EntryConflict[] = []
  const documents = Array.from({ length: count }, (_, index) => {
    const merger = new Merger(index, conflicts)
    return merger.documents({ base: base[index], ours: ours[index], theirs: theirs[index] })
  })
  return {
    ours: documents.flatMap((document) => mapOf(document.ours)),
    theirs: documents.flatMap((document) => mapOf(document.theirs)),
    conflicts,
  }
}

function mapOf(value: PlainValue | undefined): PlainMap[] {
  return value !== undefined && 'kind' in value && value.kind === 'map' ? [value] : []
}

/** What an entry is in either result; undefined where it is not there. */
interface Merged {
  readonly ours: PlainValue | undefined
  readonly theirs: PlainValue | undefined
}

type Versions = ThreeWay<PlainValue | undefined>

const NOTHING: PlainMap = { kind: 'map', entries: [] }

class Merger {
  readonly #document: number
  readonly #conflicts: EntryConflict[]

  constructor(document: number, conflicts: EntryConflict[]) {
    this.#document = document
    this.#conflicts = conflicts
  }

  documents(versions: Versions): Merged {
    return this.#merge(versions, [])
  }

  #merge({ base, ours, theirs }: Versions, path: Path): Merged {
    if (sameValue(ours, theirs) || sameValue(base, theirs)) return both(ours)
    if (sameValue(base, ours)) return both(theirs)
    if (isMap(ours) && isMap(theirs)) return this.#maps({ base: isMap(base) ? base : NOTHING, ours, theirs }, path)
    if (isList(base) && isList(ours) && isList(theirs)) return this.#lists({ base, ours, theirs }, path)
    return this.#conflict({ base, ours, theirs }, path)
  }

  #conflict({ base, ours, theirs }: Versions, path: Path): Merged {
    this.#conflicts.push({ document: this.#document, path, kind: kindOf({ base, ours, theirs }) })
    return { ours, theirs }
  }

  #maps({ base, ours, theirs }: ThreeWay<PlainMap>, path: Path): Merged {
    const [inBase, inOurs, inTheirs] = [new Map(base.entries), new Map(ours.entries), new Map(theirs.entries)]
    const merged = keysInOrder(ours, theirs).map((key): readonly [string, Merged] => [
      key,
      this.#merge({ base: inBase.get(key), ours: inOurs.get(key), theirs: inTheirs.get(key) }, [...path, key]),
    ])
    return joined(merged, (which) => ({
      kind: 'map',
      entries: merged.flatMap(([key, value]) => {
        const chosen = value[which]
        return chosen === undefined ? [] : [[key, chosen] as const]
      }),
    }))
  }

  #lists(lists: ThreeWay<PlainList>, path: Path): Merged {
    const regions = mergeSequences({
      base: comparableElements(lists.base.elements),
      ours: comparableElements(lists.ours.elements),
      theirs: comparableElements(lists.theirs.elements),
    })
    const parts: { ours: readonly PlainValue[]; theirs: readonly PlainValue[] }[] = []
    for (const region of regions) {
      const position = parts.reduce((sum, part) => sum + part.ours.length, 0)
      parts.push(this.#region(region, lists, [...path, position]))
    }
    const ours: PlainList = { kind: 'list', elements: parts.flatMap((part) => part.ours) }
    const theirs: PlainList = { kind: 'list', elements: parts.flatMap((part) => part.theirs) }
    return sameValue(ours, theirs) ? both(ours) : { ours, theirs }
  }

  #region(
    { kind, ...ranges }: Region,
    lists: ThreeWay<PlainList>,
    place: Path,
  ): { ours: readonly PlainValue[]; theirs: readonly PlainValue[] } {
    const base = lists.base.elements.slice(ranges.base.start, ranges.base.end)
    const ours = lists.ours.elements.slice(ranges.ours.start, ranges.ours.end)
    const theirs = lists.theirs.elements.slice(ranges.theirs.start, ranges.theirs.end)
    if (kind === 'theirs') return { ours: theirs, theirs }
    if (kind === 'inserts') return { ours: [...ours, ...theirs], theirs: [...ours, ...theirs] }
    if (kind !== 'conflict') return { ours, theirs: ours }
    if (!sameLengths(ranges)) {
      this.#conflict({ base: base[0], ours: ours[0], theirs: theirs[0] }, place)
      return { ours, theirs }
    }
    const [list, index] = [place.slice(0, -1), Number(place.at(-1))]
    const merged = ours.map((element, offset) =>
      this.#merge({ base: base[offset], ours: element, theirs: theirs[offset] }, [...list, index + offset]),
    )
    return { ours: merged.flatMap((one) => one.ours ?? []), theirs: merged.flatMap((one) => one.theirs ?? []) }
  }
}

type PlainList = Extract<PlainValue, { readonly kind: 'list' }>

function both(value: PlainValue | undefined): Merged {
  return { ours: value, theirs: value }
}

/** One value for both results where nothing below it differs. */
function joined(merged: readonly (readonly [string, Merged])[], build: (which: 'ours' | 'theirs') => PlainMap): Merged {
  const ours = build('ours')
  return merged.every(([, value]) => value.ours === value.theirs) ? both(ours) : { ours, theirs: build('theirs') }
}

function kindOf({ base, ours, theirs }: Versions): EntryConflict['kind'] {
  if (ours === undefined) return 'removed by us, changed by them'
  if (theirs === undefined) return 'changed by us, removed by them'
  return base === undefined ? 'added by both' : 'changed by both'
}

/** Our keys in our order; what only they have stands behind what it stands behind there. */
function keysInOrder(ours: PlainMap, theirs: PlainMap): readonly string[] {
  const known = new Set(ours.entries.map(([key]) => key))
  const behind = new Map<string | undefined, string[]>()
  let last: string | undefined
  for (const [key] of theirs.entries) {
    if (known.has(key)) last = key
    else behind.set(last, [...(behind.get(last) ?? []), key])
  }
  return [...(behind.get(undefined) ?? []), ...ours.entries.flatMap(([key]) => [key, ...(behind.get(key) ?? [])])]
}

function sameLengths({ base, ours, theirs }: ThreeWay<Range>): boolean {
  const length = base.end - base.start
  return ours.end - ours.start === length && theirs.end - theirs.start === length
}

function isMap(value: PlainValue | undefined): value is PlainMap {
  return value !== undefined && 'kind' in value && value.kind === 'map'
}

function isList(value: PlainValue | undefined): value is PlainList {
  return value !== undefined && 'kind' in value && value.kind === 'list'
}
