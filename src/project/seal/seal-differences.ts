/** What differs between two versions of a file beside its values and recipients: by name, never by content. */
import type { ParsedText } from '../../core/format.ts'
import type { Metadata, Selection } from '../../core/metadata-model.ts'
import { formatPath } from '../../core/path-syntax.ts'
import { canonicalText } from '../../core/scalar.ts'
import { readPlain } from '../../core/sealed-text.ts'
import { SELECT_ALL, sameSelection } from '../../core/selection.ts'
import { isScalar, type PlainValue } from '../../core/tree.ts'
import { pathOf, walk } from '../../core/walk.ts'
import type { FileVersion } from '../file-version.ts'

/** More lines of one kind are counted. */
const LISTED = 20

/** One line for each difference. */
export function sealDifferences(before: FileVersion, after: FileVersion): readonly string[] {
  const [old, now] = [before.metadata, after.metadata]
  return [
    ...(old === undefined || now === undefined ? [] : metadataLines(old, now, after.file.format.selectable)),
    ...contentLines(before, after),
  ]
}

function metadataLines(before: Metadata, after: Metadata, selectable: boolean): readonly string[] {
  const lines: string[] = []
  if (selectable && !sameSelection(before.selection, after.selection)) {
    lines.push(`selection: ${selectionText(before.selection)}, now ${selectionText(after.selection)}`)
  }
  if (before.shamirThreshold !== after.shamirThreshold) {
    lines.push(`groups needed: ${before.shamirThreshold}, now ${after.shamirThreshold}`)
  }
  if (before.macOnlyEncrypted !== after.macOnlyEncrypted) {
    lines.push(`the MAC covers ${after.macOnlyEncrypted ? 'encrypted values alone' : 'all values'} now`)
  }
  if (before.version !== after.version) lines.push(`version of sops: ${before.version}, now ${after.version}`)
  const [old, now] = [before, after].map(
    ({ unknown }) => new Map(unknown.map(([name, value]) => [name, spelled(value)])),
  )
  const names = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])])
  for (const name of names) if (old?.get(name) !== now?.get(name)) lines.push(`metadata field ${name} differs`)
  return lines
}

/** A scalar prints nothing of itself. */
function spelled(value: PlainValue): string {
  if (isScalar(value)) return JSON.stringify([value.type, canonicalText(value)])
  const parts =
    value.kind === 'map' ? value.entries.map(([key, child]) => [key, spelled(child)]) : value.elements.map(spelled)
  return JSON.stringify([value.kind, parts])
}

function selectionText(selection: Selection): string {
  return selection.by === 'none' ? 'everything' : `${selection.by} ${selection.pattern}`
}

interface Outline {
  /** Each with its container. */
  readonly comments: readonly Comment[]
  /** Places of all values, in order. */
  readonly places: readonly string[]
}

interface Comment {
  readonly key: string
  readonly where: string
}

function contentLines(before: FileVersion, after: FileVersion): readonly string[] {
  const [old, now] = [outlineOf(before), outlineOf(after)]
  if (old === undefined || now === undefined) return []
  const lines = [
    ...listed(without(now.comments, old.comments), 'comment added or changed'),
    ...listed(without(old.comments, now.comments), 'comment removed or changed'),
  ]
  return sameOrder(old.places, now.places) ? lines : [...lines, 'the order of entries is another']
}

/** Undefined where there is no text: a binary file, or one that could not be opened. */
function outlineOf({ file, content }: FileVersion): Outline | undefined {
  if (content === undefined || file.format.plainContent !== undefined) return undefined
  const { parsed } = readPlain(file.format, content)
  const comments: Comment[] = []
  const places: string[] = []
  walk(parsed.documents, SELECT_ALL, {
    value: ({ trail, document }) => places.push(`${document}:${formatPath(pathOf(trail))}`),
    comment: ({ node, trail }) => {
      const path = formatPath(pathOf(trail))
      comments.push({ key: `${path}\n${node.text.trimEnd()}`, where: placeOf(parsed, node.span.start, path) })
    },
  })
  return { comments, places }
}

function placeOf(parsed: ParsedText, offset: number, path: string): string {
  const { line } = parsed.position(offset)
  return path === '' ? `line ${line}` : `${path}, line ${line}`
}

/** Those of `comments` that `others` lacks; one that stands twice counts twice. */
function without(comments: readonly Comment[], others: readonly Comment[]): readonly string[] {
  const left = new Map<string, number>()
  for (const { key } of others) left.set(key, (left.get(key) ?? 0) + 1)
  return comments.flatMap(({ key, where }) => {
    const count = left.get(key) ?? 0
    left.set(key, count - 1)
    return count > 0 ? [] : [where]
  })
}

function listed(places: readonly string[], what: string): readonly string[] {
  const lines = places.slice(0, LISTED).map((place) => `${what} (${place})`)
  return places.length > LISTED ? [...lines, `and ${places.length - LISTED} more like it`] : lines
}

/** Whether what both have stands in the same order. */
function sameOrder(before: readonly string[], after: readonly string[]): boolean {
  const [inBefore, inAfter] = [new Set(before), new Set(after)]
  const [old, now] = [before.filter((place) => inAfter.has(place)), after.filter((place) => inBefore.has(place))]
  return old.join('\n') === now.join('\n')
}
