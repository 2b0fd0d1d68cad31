import { type Scalar, sameScalar } from '../core/scalar.ts'
import type { FileVersion, VersionEntry } from './file-version.ts'

/** How an entry of two environments compares. `unknown`: there on both sides, and one of them cannot be read. */
export type Comparison = 'left only' | 'right only' | 'equal' | 'different' | 'unknown'

/** One path, side by side. */
export interface ComparedEntry {
  readonly path: string
  /** Index of the document, from 0. */
  readonly document: number
  readonly comparison: Comparison
  readonly left: Scalar | undefined
  readonly right: Scalar | undefined
  readonly secret: boolean
  /** A secret that is the same on both sides: who may know the one knows the other. */
  readonly shared: boolean
}

/** Shorter texts (`admin`, `5432`, `on`) are the same everywhere, and nobody minds. */
const SHORTEST_SECRET = 8

/** Entries by path: those of the left side in its order, then what the right side has beyond them. */
export function compareEntries(
  left: FileVersion | undefined,
  right: FileVersion | undefined,
): readonly ComparedEntry[] {
  const others = new Map((right?.entries ?? []).map((entry) => [keyOf(entry), entry]))
  const own = new Set((left?.entries ?? []).map(keyOf))
  return [
    ...(left?.entries ?? []).map((entry) => compared(entry, others.get(keyOf(entry)))),
    ...[...others].flatMap(([key, entry]) => (own.has(key) ? [] : [compared(undefined, entry)])),
  ]
}

function compared(left: VersionEntry | undefined, right: VersionEntry | undefined): ComparedEntry {
  const { path, document } = left ?? right ?? { path: '', document: 0 }
  const comparison = comparisonOf(left, right)
  const secret = left?.secret === true || right?.secret === true
  const shared = comparison === 'equal' && secret && looksSecret(left?.scalar)
  return { path, document, comparison, left: left?.scalar, right: right?.scalar, secret, shared }
}

function comparisonOf(left: VersionEntry | undefined, right: VersionEntry | undefined): Comparison {
  if (right === undefined) return 'left only'
  if (left === undefined) return 'right only'
  if (left.scalar === undefined || right.scalar === undefined) return 'unknown'
  return sameScalar(left.scalar, right.scalar) ? 'equal' : 'different'
}

function looksSecret(scalar: Scalar | undefined): boolean {
  return scalar?.type === 'str' && scalar.canonical.length >= SHORTEST_SECRET
}

function keyOf({ path, document }: VersionEntry): string {
  return `${document}:${path}`
}
