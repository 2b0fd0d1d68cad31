/** Our block of lines in a `.gitattributes`: made, put in place, and taken away again to the byte. */

const BEGIN = '# >>> secrets: kept up to date by "secrets install"'
/** The file had no line break at its end, which our block needs before it. */
const BEGIN_JOINED = `${BEGIN} (the line above ended the file)`
const END = '# <<< secrets'

/** Our lines of a text, without their frame; undefined where there is no block. */
export function blockOf(text: string): readonly string[] | undefined {
  return findBlock(text)?.lines
}

/** The text with these lines in our block, where it stands or at the end. */
export function withBlock(text: string, lines: readonly string[]): string {
  const found = findBlock(text)
  const lineBreak = /\r\n/.test(text) ? '\r\n' : '\n'
  const joined = found?.joined ?? (text !== '' && !text.endsWith('\n'))
  const block = [joined ? BEGIN_JOINED : BEGIN, ...lines, END].map((line) => line + lineBreak).join('')
  if (found !== undefined) return text.slice(0, found.start) + block + text.slice(found.end)
  return `${text}${joined ? lineBreak : ''}${block}`
}

/** The text as it was before our block was put there. */
export function withoutBlock(text: string): string {
  const found = findBlock(text)
  if (found === undefined) return text
  const before = text.slice(0, found.start)
  const after = text.slice(found.end)
  return (found.joined && after === '' ? before.replace(/\r?\n$/, '') : before) + after
}

interface Block {
  readonly start: number
  readonly end: number
  readonly lines: readonly string[]
  readonly joined: boolean
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
  }
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
}
