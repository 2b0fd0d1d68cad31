import type { Environment } from './environment.ts'
import { visible } from './visible-text.ts'

/** A style, by what it says: its look is chosen here. */
export type Style = 'error' | 'warning' | 'hint' | 'strong' | 'faint' | 'added' | 'removed' | 'changed'

/** Parameters of SGR (ECMA-48 8.3.117) that begin and end each style; bright colours are not needed. */
const STYLES: Readonly<Record<Style, readonly [number, number]>> = {
  error: [31, 39],
  warning: [33, 39],
  hint: [36, 39],
  strong: [1, 22],
  faint: [2, 22],
  added: [32, 39],
  removed: [31, 39],
  changed: [33, 39],
}

/** `text` in a style, for a stream that takes colours. */
export function painted(style: Style, text: string): string {
  const [begin, end] = STYLES[style]
  return `\u001b[${begin}m${text}\u001b[${end}m`
}

/**
 * Whether a stream takes colours. NO_COLOR wins over FORCE_COLOR: its standard says that it stops colours
 * regardless (https://no-color.org).
 */
export function hasColors(environment: Environment, stream: 'stdout' | 'stderr'): boolean {
  const { NO_COLOR: none = '', FORCE_COLOR: force = '', TERM: kind } = environment.env
  if (none !== '' || force === '0' || force === 'false') return false
  return force !== '' || (kind !== 'dumb' && environment.isTerminal(stream))
}

/** `visible`, but our own styles survive; anything else that begins with an escape (concealed text) does not. */
export function visibleWithStyles(line: string): string {
  return line
    .split(/(\u001b\[(?:1|2|22|31|32|33|36|39)m)/)
    .map((part, index) => (index % 2 === 1 ? part : visible(part)))
    .join('')
}
