/** Our block of lines in a `.gitattributes`: made, put in place, and taken away again to the byte. */

const BEGIN = '# >>> secrets: kept up to date by "secrets install"'
/** The file had no line break at its end, which our block needs before it. */
const BEGIN_JOINED = `${BEGIN} (the line above ended the file)`
/** The file was there, with nothing in it. */
const BEGIN_EMPTY = `${BEGIN} (the file was empty)`
const END = '# <<< secrets'

/** Our lines of a text, without their frame; undefined where there is no block. */
export function blockOf(text: string): readonly string[] | undefined {
  return findBlock(text)?.lines
}

/** The text with these lines in our block, where it stands or at the end; undefined is a file that is not there. */
export function withBlock(text: string | undefined, lines: readonly string[]): string {
  if (text === undefined) return framed(BEGIN, lines, '\n')
  const found = findBlock(text)
  const lineBreak = /\r\n/.test(text) ? '\r\n' : '\n'
  const joined = found?.joined ?? (text !== '' && !text.endsWith('\n'))
  const isEmpty = found?.wasEmpty ?? text === ''
  const block = framed(joined ? BEGIN_JOINED : isEmpty ? BEGIN_EMPTY : BEGIN, lines, lineBreak)
  if (found !== undefined) return text.slice(0, found.start) + block + text.slice(found.end)
  return `${text}${joined ? lineBreak : ''}${block}`
}

/** The text as it was before our block was put there; undefined where the file was not there. */
export function withoutBlock(text: string): string | undefined {
  const found = findBlock(text)
  if (found === undefined) return text
  if (found.end - found.start === text.length) return found.wasEmpty ? '' : undefined
  const before = text.slice(0, found.start)
  const after = text.slice(found.end)
  return (found.joined && after === '' ? before.replace(/\r?\n$/, '') : before) + after
}

function framed(begin: string, lines: readonly string[], lineBreak: string): string {
  return [begin, ...lines, END].map((line) => line + lineBreak).join('')
}

interface Block {
  readonly start: number
  readonly end: number
  readonly lines: readonly string[]
  readonly joined: boolean
  readonly wasEmpty: boolean
}

/** A block without its end reaches to the end of the text: whoever cut it off left nothing else of ours behind. */
function findBlock(text: string): Block | undefined {
  const begin = new RegExp(`^${escaped(BEGIN)}.*$`, 'm').exec(text)
  if (begin === null) return undefined
  const rest = text.slice(begin.index)
  const end = new RegExp(`^${escaped(END)}\\r?(?:\\n|$)`, 'm').exec(rest)
  const inside = end === null ? rest : rest.slice(0, end.index)
  return {
    start: begin.index,
    end: begin.index + (end === null ? rest.length : end.index + end[0].length),
    lines: inside
      .split(/\r?\n/)
      .slice(1)
      .filter((line) => line !== ''),
    joined: begin[0].trimEnd() === BEGIN_JOINED,
    wasEmpty: begin[0].trimEnd() === BEGIN_EMPTY,
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
