/** Conflict markers, as git writes them. */
import { type Comparable, differences, type Hunk } from './sequence-difference.ts'

/** What the markers say. */
export interface MarkerOptions {
  readonly ours: string
  readonly theirs: string
  /** How many signs a marker has; git's own default is 7. */
  readonly size?: number
}

const DEFAULT_SIZE = 7

/** One text of two: what differs stands between markers, line by line. Equal texts come back as they are. */
export function withMarkers(ours: string, theirs: string, options: MarkerOptions): string {
  const [oursLines, theirsLines] = [linesOf(ours), linesOf(theirs)]
  const hunks = joinNeighbours(differences(comparable(oursLines), comparable(theirsLines)))
  const marker = markerLines(oursLines[0] ?? '', options)
  const parts: string[] = []
  let position = 0
  for (const { base, side } of hunks) {
    const mine = oursLines.slice(base.start, base.end).map((line) => ended(line, marker.lineBreak))
    const other = theirsLines.slice(side.start, side.end).map((line) => ended(line, marker.lineBreak))
    const before = oursLines.slice(position, base.start).map((line) => ended(line, marker.lineBreak))
    parts.push(...before, marker.start, ...mine, marker.middle, ...other, marker.end)
    position = base.end
  }
  parts.push(...oursLines.slice(position))
  return parts.join('')
}

/** Whether a text holds markers of at least git's default size: a begin and an end, each at the start of a line. */
export function hasMarkers(text: string): boolean {
  return /^<{7,}(?: |\r?$)/m.test(text) && /^>{7,}(?: |\r?$)/m.test(text)
}

/** The texts that markers were put into. */
export interface MarkedVersions {
  readonly ours: string
  /** Undefined where no conflict shows what both sides began with (`merge.conflictStyle` diff3). */
  readonly base: string | undefined
  readonly theirs: string
}

/** Takes the markers out of a text; undefined where they do not fit together. */
export function markedVersions(text: string): MarkedVersions | undefined {
  const lines: Record<Exclude<PlaceOfLine, 'both'>, string[]> = { ours: [], base: [], theirs: [] }
  let where: PlaceOfLine = 'both'
  let hasBase = false
  for (const line of linesOf(text)) {
    const next: PlaceOfLine | undefined = NEXT.get(where)?.find(({ sign }) => sign.test(line))?.place
    hasBase ||= next === 'base'
    if (next !== undefined) where = next
    else if (where !== 'both') lines[where].push(line)
    else for (const version of Object.values(lines)) version.push(line)
  }
  if (where !== 'both') return undefined
  const [ours, base, theirs] = [lines.ours, lines.base, lines.theirs].map((all) => all.join(''))
  return { ours: ours ?? '', base: hasBase ? base : undefined, theirs: theirs ?? '' }
}

type PlaceOfLine = 'both' | 'ours' | 'base' | 'theirs'

const MIDDLE = { sign: /^={7,}\r?\n?$/, place: 'theirs' } as const

/** The markers that end each part, and what follows them. */
const NEXT: ReadonlyMap<PlaceOfLine, readonly { readonly sign: RegExp; readonly place: PlaceOfLine }[]> = new Map([
  ['both', [{ sign: /^<{7,}(?: |\r?\n?$)/, place: 'ours' }]],
  ['ours', [MIDDLE, { sign: /^\|{7,}(?: |\r?\n?$)/, place: 'base' }]],
  ['base', [MIDDLE]],
  ['theirs', [{ sign: /^>{7,}(?: |\r?\n?$)/, place: 'both' }]],
])

function markerLines(
  line: string,
  { ours, theirs, size = DEFAULT_SIZE }: MarkerOptions,
): { start: string; middle: string; end: string; lineBreak: string } {
  const lineBreak = line.endsWith('\r\n') ? '\r\n' : '\n'
  return {
    start: `${'<'.repeat(size)} ${ours}${lineBreak}`,
    middle: `${'='.repeat(size)}${lineBreak}`,
    end: `${'>'.repeat(size)} ${theirs}${lineBreak}`,
    lineBreak,
  }
}

function comparable(lines: readonly string[]): readonly Comparable[] {
  return lines.map((same) => ({ same, alike: undefined }))
}

/** Lines with their breaks. */
function linesOf(text: string): readonly string[] {
  return text.match(/[^\n]*\n|[^\n]+$/g) ?? []
}

function ended(line: string, lineBreak: string): string {
  return line.endsWith('\n') ? line : line + lineBreak
}

/** Lines that follow one another make one conflict. */
function joinNeighbours(hunks: readonly Hunk[]): readonly Hunk[] {
  const joined: Hunk[] = []
  for (const hunk of hunks) {
    const last = joined.at(-1)
    if (last === undefined || last.base.end !== hunk.base.start || last.side.end !== hunk.side.start) joined.push(hunk)
    else {
      joined[joined.length - 1] = {
        base: { start: last.base.start, end: hunk.base.end },
        side: { start: last.side.start, end: hunk.side.end },
      }
    }
  }
  return joined
}
