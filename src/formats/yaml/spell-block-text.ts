import { needsNoEscape } from './spell-text.ts'
import type { BlockDetails } from './yaml-shape.ts'

/** Where a literal or folded block is written. */
export interface BlockTarget {
  readonly details: BlockDetails
  /** Columns of the container; -1 at the root. */
  readonly parent: number
  readonly eol: string
}

const HEADER = /^([|>])([+-]?)(\d?)([+-]?)([^]*)$/

/** `text` as a literal block with the details' header and indentation; undefined where such a block cannot hold it. */
export function literalText(text: string, target: BlockTarget): string | undefined {
  return blockText(text, '|', target)
}

/** The same as a folded block: a line break of the text becomes two. */
export function foldedText(text: string, target: BlockTarget): string | undefined {
  const content = text.replace(/\n+$/, '')
  if (content === '' || /^[ \t\n]|\n[ \t]/.test(content)) return undefined
  const unfolded = content.replace(/\n+/g, (breaks) => `${breaks}\n`) + text.slice(content.length)
  return blockText(unfolded, '>', target)
}

function blockText(text: string, sign: string, target: BlockTarget): string | undefined {
  if (text === '' || !needsNoEscape(text)) return undefined
  const content = text.replace(/\n+$/, '')
  const { details, parent, eol } = target
  const chomping = chompingFor(text.length - content.length, details)
  if (chomping === undefined || (content === '' && chomping.sign !== '+')) return undefined
  const digit = details.indent - Math.max(parent, 0)
  const needsDigit = details.explicit || /^\n*[ \t]/.test(content)
  if (needsDigit && (digit < 1 || digit > 9)) return undefined
  const header = headerWith(details.header, { sign, chomping: chomping.sign, digit: needsDigit ? String(digit) : '' })
  const margin = ' '.repeat(details.indent)
  const lines = content === '' ? [] : content.split('\n').map((line) => (line === '' ? '' : margin + line))
  const blank = content === '' ? chomping.blankLines + 1 : chomping.blankLines
  return [header, ...lines, ...Array.from({ length: blank }, () => '')].join(eol)
}

interface Chomping {
  readonly sign: '' | '+' | '-'
  /** Blank lines to write inside of the span. */
  readonly blankLines: number
}

/** How a block has to end so that its value ends in `breaks` line breaks, after what stands behind it in the text. */
function chompingFor(breaks: number, details: BlockDetails): Chomping | undefined {
  const old = HEADER.exec(details.header)
  const sign = `${old?.[2] ?? ''}${old?.[4] ?? ''}`
  if (details.unterminated) return breaks === 0 ? { sign: signOf(sign), blankLines: 0 } : undefined
  if (breaks === 0) return { sign: '-', blankLines: 0 }
  if (breaks === 1 && (sign !== '+' || details.blankAfter > 0)) return { sign: '', blankLines: 0 }
  const blankLines = breaks - 1 - details.blankAfter
  return blankLines < 0 ? undefined : { sign: '+', blankLines }
}

function signOf(sign: string): '' | '+' | '-' {
  return sign === '+' || sign === '-' ? sign : ''
}

/** The header with another sign, chomping and digit, in the order of its author and with its comment. */
function headerWith(
  header: string,
  parts: { readonly sign: string; readonly chomping: string; readonly digit: string },
): string {
  const [, , before = '', digit = '', , rest = ''] = HEADER.exec(header) ?? []
  const digitFirst = before === '' && digit !== ''
  return parts.sign + (digitFirst ? parts.digit + parts.chomping : parts.chomping + parts.digit) + rest
}
