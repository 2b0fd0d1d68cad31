/** Lines with the styles of a terminal (SGR, ECMA-48 8.3.117), as an SVG that needs no font but one of fixed width. */
import { stripVTControlCharacters } from 'node:util'

/** Sizes in pixels: a character of 13 pixels is 7.8 wide in the fonts named below, and is stretched to it in others. */
const SIZE = 13
const WIDTH = 7.8
const HEIGHT = 18
const MARGIN = 16

const FONTS = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace"

/** Classes by parameter of SGR; what ends a style is below. */
const STYLES = { 1: 'strong', 2: 'faint', 31: 'red', 32: 'green', 33: 'yellow', 36: 'cyan' }
const ENDS = { 22: ['strong', 'faint'], 39: ['red', 'green', 'yellow', 'cyan'] }

const CSS = [
  `text { font: ${SIZE}px ${FONTS}; fill: #d5d9e0 }`,
  '.strong { font-weight: bold; fill: #fff } .faint { fill: #8b93a1 }',
  '.red { fill: #ff7b72 } .green { fill: #56d364 } .yellow { fill: #e3b341 } .cyan { fill: #76e3ea }',
].join('\n')

/** The picture, with a title for whoever cannot see it. */
export function drawTerminal(lines, title) {
  const columns = Math.max(...lines.map((line) => stripVTControlCharacters(line).length))
  const [width, height] = [Math.ceil(columns * WIDTH) + 2 * MARGIN, lines.length * HEIGHT + 2 * MARGIN]
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">`,
    `<title>${escaped(title)}</title>`,
    `<style>\n${CSS}\n</style>`,
    `<rect width="${width}" height="${height}" rx="8" fill="#161b22"/>`,
    ...lines.flatMap((line, index) => drawLine(line, MARGIN + SIZE + index * HEIGHT)),
    '</svg>',
    '',
  ].join('\n')
}

/** Not every viewer keeps more than one blank: what stands apart is placed. */
function drawLine(line, y) {
  const words = partsOf(line).flatMap(({ text, column, classes }) =>
    [...text.matchAll(/\S+(?: \S+)*/g)].map(({ 0: shown, index }) => ({ shown, classes, column: column + index })),
  )
  const spans = words.map(({ shown, classes, column }) => {
    const place = `x="${round(MARGIN + column * WIDTH)}" textLength="${round(shown.length * WIDTH)}"`
    return `<tspan ${place}${classes === '' ? '' : ` class="${classes}"`}>${escaped(shown)}</tspan>`
  })
  return spans.length === 0 ? [] : [`<text y="${y}">${spans.join('')}</text>`]
}

/** Stretches of one style, with the column at which each begins. */
function partsOf(line) {
  const styles = new Set()
  const parts = []
  let column = 0
  for (const [index, text] of line.split(/\u001b\[([\d;]*)m/).entries()) {
    if (index % 2 === 1) {
      for (const parameter of text.split(';')) apply(parameter, styles)
      continue
    }
    parts.push({ text, column, classes: [...styles].join(' ') })
    column += text.length
  }
  return parts
}

function apply(parameter, styles) {
  if (parameter === '' || parameter === '0') styles.clear()
  for (const style of ENDS[parameter] ?? []) styles.delete(style)
  if (STYLES[parameter] !== undefined) styles.add(STYLES[parameter])
}

function round(pixels) {
  return Math.round(pixels * 10) / 10
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
