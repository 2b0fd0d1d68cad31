import { SecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { PlainMap } from '../../core/plain-value.ts'
import type { Scalar } from '../../core/scalar.ts'
import type { Path, PlainValue } from '../../core/tree.ts'
import type { ExportEntry } from './export-format.ts'

/** A map or list that grows; keys of lists are indices. */
interface Branch {
  readonly isList: boolean
  readonly children: Map<string | number, Scalar | Branch>
}

/**
 * The tree that entries make by their paths, in their order; files with the same keys are merged. Throws `NAME_CLASH` where two
 * entries want one place, `FORMAT_INVALID` for a list whose elements are not all there: they would change places.
 */
export function valueTree(entries: readonly ExportEntry[]): PlainMap {
  const root: Branch = { isList: false, children: new Map() }
  for (const entry of entries) plant(root, entry)
  return { kind: 'map', entries: [...root.children].map(([key, child]) => [String(key), grown(child, [key])]) }
}

function plant(root: Branch, { path, value, file }: ExportEntry): void {
  let branch = root
  for (const [position, key] of path.slice(0, -1).entries()) {
    const child = branch.children.get(key) ?? { isList: typeof path[position + 1] === 'number', children: new Map() }
    if (!isBranch(child)) throw clash(path, file)
    branch.children.set(key, child)
    branch = child
  }
  const last = path.at(-1)
  if (last === undefined || branch.children.has(last) || branch.isList !== (typeof last === 'number')) {
    throw clash(path, file)
  }
  branch.children.set(last, value)
}

function isBranch(child: Scalar | Branch): child is Branch {
  return 'children' in child
}

function grown(child: Scalar | Branch, path: Path): PlainValue {
  if (!isBranch(child)) return child
  if (child.isList) return { kind: 'list', elements: elements(child, path) }
  const entries = [...child.children].map(([key, value]): [string, PlainValue] => [
    String(key),
    grown(value, [...path, key]),
  ])
  return { kind: 'map', entries }
}

function elements({ children }: Branch, path: Path): readonly PlainValue[] {
  return Array.from({ length: children.size }, (_, index) => {
    const child = children.get(index)
    if (child === undefined) throw gap([...path, index])
    return grown(child, [...path, index])
  })
}

function clash(path: Path, file: string): SecretsError {
  return new SecretsError('NAME_CLASH', 'two entries would have one place', {
    place: { file, path: formatPath(path) },
    hint: 'choose the entries that you need with --only, or name fewer files',
  })
}

function gap(path: Path): SecretsError {
  return new SecretsError(
    'FORMAT_INVALID',
    'this element of a list is not handed on, and those behind it would take its place',
    {
      place: { path: formatPath(path) },
      hint: 'hand on all elements of the list or none; an element without a value cannot be handed on',
    },
  )
}
