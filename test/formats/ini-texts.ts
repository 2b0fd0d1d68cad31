import * as fc from 'fast-check'

const VALUES = [
  '',
  'x',
  'a b',
  '"quoted"',
  "'q'",
  '`b;t`',
  '"""tri#ple"""',
  'p=q:r',
  'a"b',
  "it's",
  '" sp "',
  'x\\y',
  'é😀',
]
const MULTILINE = ['"""multi\nline"""', '`multi\n\nline`', 'a\\\n  b', 'a \\\n\n']
const COMMENTS = ['; c', '# c', '#c', ';', '#', '  ; in', '; tail  ', '; a # b ; c', ';; d', '#\ttab', '# x ;']

interface Line {
  readonly above: readonly string[]
  readonly text: (index: number) => string
  readonly behind: string
}

const above = fc.array(fc.constantFrom('', ...COMMENTS), { maxLength: 4 })

const keys: fc.Arbitrary<Line> = fc
  .record({
    above,
    indent: fc.constantFrom('', '  '),
    blanks: fc.constantFrom('', ' ', '   '),
    delimiter: fc.constantFrom('=', ' = ', ':', ' :', '= '),
    value: fc.constantFrom(...VALUES, ...MULTILINE),
    behind: fc.constantFrom('', '', ' ; in', ' # x', ';y'),
  })
  .map(({ above: lines, indent, blanks, delimiter, value, behind }) => ({
    above: lines,
    text: (index) => `${indent}k${index}${blanks}${delimiter}${value}`,
    behind: value.includes('\\\n') ? '' : behind,
  }))

const headers: fc.Arbitrary<Line> = fc
  .record({ above, indent: fc.constantFrom('', '  '), behind: fc.constantFrom('', ' ; sc', ' #x', ';') })
  .map(({ above: lines, indent, behind }) => ({ above: lines, text: (index) => `${indent}[s${index}]`, behind }))

/** Texts of INI with comments at every place, every quoting, both line breaks, with and without the last one. */
export const iniTexts: fc.Arbitrary<string> = fc
  .record({
    lines: fc.array(fc.oneof({ weight: 3, arbitrary: keys }, { weight: 1, arbitrary: headers }), { maxLength: 7 }),
    loose: above,
    lineBreak: fc.constantFrom('\n', '\r\n'),
    isClosed: fc.boolean(),
  })
  .map(({ lines, loose, lineBreak, isClosed }) => {
    const all = lines.flatMap((line, index) => [...line.above, line.text(index) + line.behind])
    const text = [...all, ...loose].join('\n') + (isClosed ? '\n' : '')
    return text.replaceAll('\n', lineBreak)
  })
