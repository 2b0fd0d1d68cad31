/** A place in a text as editors show it: both from 1, the column in characters (code points). */
export interface TextPosition {
  readonly line: number
  readonly column: number
}

/**
 * Line and column of `offset`, in UTF-16 code units, in `text`. A line ends behind its `\n`, so that `\r\n`
 * counts once; an offset behind the end means the end. Scans the text: for one error; for many offsets of one
 * text use `positionFinder`.
 */
export function textPosition(text: string, offset: number): TextPosition {
  let line = 1
  let start = 0
  for (let end = text.indexOf('\n'); end !== -1 && end < offset; end = text.indexOf('\n', start)) {
    line += 1
    start = end + 1
  }
  return { line, column: columnOf(text, start, offset) }
}

/** `textPosition` for many offsets of one text: the lines are found once, on the first call. */
export function positionFinder(text: string): (offset: number) => TextPosition {
  let starts: readonly number[] | undefined
  return (offset) => {
    starts ??= lineStarts(text)
    const index = lastNotBehind(starts, offset)
    return { line: index + 1, column: columnOf(text, starts[index] ?? 0, offset) }
  }
}

function columnOf(text: string, start: number, offset: number): number {
  let column = 1
  for (const character of text.slice(start, offset)) if (character !== '') column += 1
  return column
}

function lineStarts(text: string): readonly number[] {
  const starts = [0]
  for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', end + 1)) starts.push(end + 1)
  return starts
}

/** Index of the last of `sorted` that is at most `limit`; 0 where none is. */
function lastNotBehind(sorted: readonly number[], limit: number): number {
  let low = 0
  let high = sorted.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((sorted[middle] ?? 0) <= limit) low = middle
    else high = middle - 1
  }
  return low
}
