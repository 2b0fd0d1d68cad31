/** Three-way merge of texts by lines, finer than git's: changes of neighbouring lines do not conflict. */
import { mergeSequences, type Region, type ThreeWay } from './merge-sequences.ts'
import type { Comparable, Range } from './sequence-difference.ts'

/** Lines that belong together in all three texts: nobody, one side or both sides changed them. */
export interface Chunk {
  readonly kind: Region['kind']
  readonly base: readonly string[]
  readonly ours: readonly string[]
  readonly theirs: readonly string[]
  /** Index of its first line in each text. */
  readonly at: ThreeWay<number>
}

/** What is chosen for a chunk: a side's lines, others, or (`inserted`) both sides', ours first unless theirs are deeper. */
export type Choice = 'ours' | 'theirs' | 'inserted' | readonly string[]

/** How texts are taken apart. */
export interface LineOptions {
  /** Whether a comma at the end of a line separates it from the next one, as in JSON: it is left to `joinLines` to set. */
  readonly commas: boolean
}

interface ThreeWayTexts {
  readonly base: string | undefined
  readonly ours: string
  readonly theirs: string
}

/** The chunks of three texts, in order. Without a base, what both have counts as the base. */
export function mergeLines(texts: ThreeWayTexts, options: LineOptions): readonly Chunk[] {
  const ours = splitLines(texts.ours, options)
  const theirs = splitLines(texts.theirs, options)
  const base = texts.base === undefined ? commonLines(ours, theirs) : splitLines(texts.base, options)
  const regions = mergeSequences({ base: comparable(base), ours: comparable(ours), theirs: comparable(theirs) })
  return regions.map((region) => ({
    kind: region.kind,
    base: cut(base, region.base),
    ours: cut(ours, region.ours),
    theirs: cut(theirs, region.theirs),
    at: { base: region.base.start, ours: region.ours.start, theirs: region.theirs.start },
  }))
}

/** The text of the chunks, `choose` deciding on those that both sides changed. */
export function joinLines(chunks: readonly Chunk[], choose: (chunk: Chunk) => Choice, { commas }: LineOptions): string {
  const lines = chunks.flatMap((chunk) => linesOf(chunk, choose))
  return unended(commas ? withCommas(lines) : lines).join('\n')
}

function linesOf(chunk: Chunk, choose: (chunk: Chunk) => Choice): readonly string[] {
  if (chunk.kind === 'theirs') return chunk.theirs
  if (chunk.kind === 'kept' || chunk.kind === 'ours' || chunk.kind === 'equal') return chunk.ours
  const choice = choose(chunk)
  if (typeof choice !== 'string') return choice
  if (choice !== 'inserted') return chunk[choice]
  return deepness(chunk.theirs) > deepness(chunk.ours)
    ? [...chunk.theirs, ...chunk.ours]
    : [...chunk.ours, ...chunk.theirs]
}

/** What is indented more belongs to what stands above both. */
function deepness(lines: readonly string[]): number {
  const first = lines.find((line) => line.trim() !== '') ?? ''
  return first.length - first.trimStart().length
}

function splitLines(text: string, { commas }: LineOptions): readonly string[] {
  const lines = ended(text.split('\n'))
  return commas ? lines.map((line) => line.replace(/,(\s*)$/, '$1')) : lines
}

/** The last line with the carriage return of the others, which it needs as soon as another one follows it. */
function ended(lines: readonly string[]): readonly string[] {
  const last = lines.at(-1) ?? ''
  const needed = lines.at(-2)?.endsWith('\r') === true && !last.endsWith('\r')
  return needed ? [...lines.slice(0, -1), `${last}\r`] : lines
}

function unended(lines: readonly string[]): readonly string[] {
  if (lines.at(-2)?.endsWith('\r') !== true) return lines
  return [...lines.slice(0, -1), (lines.at(-1) ?? '').replace(/\r$/, '')]
}

/** Commas of JSON are settled by what stands around them: behind every line but the first and last of a container. */
function withCommas(lines: readonly string[]): readonly string[] {
  const result = [...lines]
  let next = '}'
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const line = lines[index] ?? ''
    const last = /^\s*[}\]]/.test(next) || /(?:^|[{[,:])\s*$/.test(line)
    if (!last) result[index] = line.replace(/(\s*)$/, ',$1')
    if (line.trim() !== '') next = line
  }
  return result
}

function comparable(lines: readonly string[]): readonly Comparable[] {
  return lines.map((line) => ({ same: line, alike: nameOf(line) }))
}

/** The key that a line begins with, with its indentation: `  port` of `  port: 5432`. */
function nameOf(line: string): string | undefined {
  return /^[\s-]*(?:"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^\s:=#;"']+)(?=\s*[:=])/.exec(line)?.[0]
}

function commonLines(ours: readonly string[], theirs: readonly string[]): readonly string[] {
  const versions = { base: comparable(ours), ours: comparable(ours), theirs: comparable(theirs) }
  return mergeSequences(versions).flatMap(({ kind, base }) => (kind === 'kept' ? cut(ours, base) : []))
}

function cut(lines: readonly string[], { start, end }: Range): readonly string[] {
  return lines.slice(start, end)
}
