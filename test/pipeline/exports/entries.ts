/** Entries for tests of export formats, and trees of them. */
import * as fc from 'fast-check'
import { isSecretsError } from '../../../src/core/errors.ts'
import { boolScalar, floatScalar, intScalar, NULL, Scalar, stringScalar } from '../../../src/core/scalar.ts'
import { isScalar, type Path, type PlainValue } from '../../../src/core/tree.ts'
import type { ExportEntry, ExportFormat, ExportOptions } from '../../../src/pipeline/exports/export-format.ts'
import { awkwardKey, awkwardText } from './awkward-text.ts'

export const runs = { numRuns: 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? '1') }

/** An entry; its name is what formats with names of their own get. */
export function entry(path: string | Path, value: string | Scalar | Uint8Array, file = 'a.yaml'): ExportEntry {
  const keys = typeof path === 'string' ? [path] : path
  const rest = { name: keys.join('_'), path: keys, file }
  if (value instanceof Uint8Array) return { ...rest, value: new Scalar('str', value), bytes: value }
  return { ...rest, value: typeof value === 'string' ? stringScalar(value) : value }
}

/** The text that a format writes, after it was asked for problems as the command asks. */
export function textOf(format: ExportFormat, entries: readonly ExportEntry[], options: ExportOptions = {}): string {
  const exported = written(format, entries, options)
  if (!('text' in exported)) throw new Error('files where a text is expected')
  return exported.text
}

/** The files that a format writes, by name. */
export function filesOf(
  format: ExportFormat,
  entries: readonly ExportEntry[],
  options: ExportOptions = {},
): ReadonlyMap<string, string | Uint8Array> {
  const exported = written(format, entries, options)
  if (!('files' in exported)) throw new Error('a text where files are expected')
  return new Map(exported.files.map(({ name, content }) => [name, content]))
}

function written(
  format: ExportFormat,
  entries: readonly ExportEntry[],
  options: ExportOptions,
): ReturnType<ExportFormat['write']> {
  for (const each of entries) {
    const problem = format.problem?.(each, options)
    if (problem !== undefined) throw new Error(`${each.name}: ${problem}`)
  }
  return format.write(entries, options)
}

/** Code, message and what goes with it, of the error that `action` throws. */
export function refusal(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (!isSecretsError(error)) throw error
    const { code, message, place, details, hint } = error
    return [code, message, place.path ?? '', ...details, hint ?? ''].join('|')
  }
  return 'nothing'
}

/** A value of JSON. */
export type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

const leaf: fc.Arbitrary<Scalar> = fc.oneof(
  { weight: 5, arbitrary: awkwardText.map(stringScalar) },
  fc.integer().map((number) => intScalar(BigInt(number))),
  fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => floatScalar(number)),
  fc.boolean().map((truth) => boolScalar(truth)),
  fc.constant(NULL),
  fc.constant(new Scalar('time', '2024-01-02T03:04:05Z')),
)
const { tree } = fc.letrec<{ tree: PlainValue; map: PlainValue; list: PlainValue }>((tie) => ({
  tree: fc.oneof({ maxDepth: 3 }, leaf, tie('map'), tie('list')),
  map: mapOf(awkwardKey, tie('tree')),
  list: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }).map((elements) => ({ kind: 'list' as const, elements })),
}))

/** Trees without empty maps and lists, which are no entries; `key` makes the names at the root. */
export function treeWith(key: fc.Arbitrary<string>): fc.Arbitrary<PlainValue> {
  return mapOf(key, tree)
}

function mapOf(key: fc.Arbitrary<string>, value: fc.Arbitrary<PlainValue>): fc.Arbitrary<PlainValue> {
  return fc
    .uniqueArray(fc.tuple(key, value), { selector: ([name]) => name.normalize('NFC'), minLength: 1, maxLength: 4 })
    .map((entries) => ({ kind: 'map' as const, entries }))
}

/** The entries of a tree. */
export function entriesOf(value: PlainValue, path: Path = []): readonly ExportEntry[] {
  if (isScalar(value)) return [entry(path, value)]
  if (value.kind === 'list') return value.elements.flatMap((element, index) => entriesOf(element, [...path, index]))
  return value.entries.flatMap(([key, child]) => entriesOf(child, [...path, key]))
}

/** What a reader of JSON has to find in a tree. */
export function jsonOf(value: PlainValue): Json {
  if (isScalar(value)) return leafOf(value)
  if (value.kind === 'list') return value.elements.map(jsonOf)
  const map: Record<string, Json> = Object.create(null)
  for (const [key, child] of value.entries) map[key] = jsonOf(child)
  return map
}

function leafOf({ type, canonical }: Scalar): Json {
  if (type === 'null') return null
  if (type === 'bool') return canonical === 'True'
  return type === 'int' || type === 'float' ? Number(canonical) : String(canonical)
}
