import type { Edit, Span } from '../../core/tree.ts'

/** A text cut into lines. */
export interface DotenvText {
  readonly text: string
  /** `\r\n` only where every line ends so; else a carriage return belongs to what stands before it, as for sops. */
  readonly lineBreak: '\n' | '\r\n'
  readonly lines: readonly DotenvLine[]
}

/** One line: `span` is its content, `next` where the line after it begins. The last may lack its line break. */
export interface DotenvLine {
  readonly span: Span
  readonly next: number
  /** Offset of the first `=`; undefined in comments and blank lines. */
  readonly equals: number | undefined
}

/** Cuts `text` into lines; what follows the last line break is a line unless it is empty. */
export function cutLines(text: string): DotenvText {
  const lineBreak = everyBreakIsWide(text) ? '\r\n' : '\n'
  const lines: DotenvLine[] = []
  for (let start = 0; start < text.length; ) {
    const found = text.indexOf(lineBreak, start)
    const end = found === -1 ? text.length : found
    const next = found === -1 ? end : end + lineBreak.length
    lines.push({ span: { start, end }, next, equals: equalsSign(text, start, end) })
    start = next
  }
  return { text, lineBreak, lines }
}

/** The edit that adds `lines` before the `index`th line of the text; at the end, what ends without a line break stays so. */
export function insertLines(source: DotenvText, index: number, lines: readonly string[]): Edit {
  const joined = lines.join(source.lineBreak)
  const line = source.lines[index]
  if (line !== undefined) return insertion(line.span.start, joined + source.lineBreak)
  const end = source.text.length
  return insertion(end, endsOpen(source) ? source.lineBreak + joined : joined + source.lineBreak)
}

/** The edit that adds `added` behind the `index`th line, which holds even if that line's own line break goes; -1: at the beginning. */
export function insertLineBehind(source: DotenvText, index: number, added: string): Edit {
  const line = source.lines[index]
  return line === undefined ? insertLines(source, 0, [added]) : insertion(line.span.end, source.lineBreak + added)
}

/** Edits that remove lines of the text; with the last one goes the line break before it, when it has none itself. */
export function removeLines(source: DotenvText, indices: readonly number[]): readonly Edit[] {
  const gone = new Set(indices)
  const last = source.lines.length - 1
  const edits = indices.flatMap((index): readonly Edit[] => {
    const line = source.lines[index]
    return line === undefined ? [] : [{ start: line.span.start, end: line.next, text: '' }]
  })
  if (!gone.has(last) || !endsOpen(source)) return edits
  let kept = last
  while (gone.has(kept)) kept -= 1
  const before = source.lines[kept]
  return before === undefined ? edits : [...edits, { start: before.span.end, end: before.next, text: '' }]
}

/** Whether the last line has no line break. */
function endsOpen({ lines }: DotenvText): boolean {
  const last = lines.at(-1)
  return last !== undefined && last.next === last.span.end
}

function everyBreakIsWide(text: string): boolean {
  let found = false
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) {
    if (text[at - 1] !== '\r') return false
    found = true
  }
  return found
}

function equalsSign(text: string, start: number, end: number): number | undefined {
  if (text[start] === '#') return undefined
  const at = text.slice(start, end).indexOf('=')
  return at === -1 ? undefined : start + at
}

function insertion(at: number, text: string): Edit {
  return { start: at, end: at, text }
}
