import type { Choices } from './choices.ts'

const PLAIN = [
  'v',
  'two words',
  'é',
  '😀',
  'a:b',
  "it's",
  'x#y',
  'say "hi"',
  'a  b',
  'C:\\dir',
  'http://h/p?q=1&r=2',
  '-x',
  '?x',
  ':x',
  '--',
  '---x',
  'a,b',
  'a]b',
  '%x',
  '=',
  '<<',
  'ENC',
  'ENC[x]',
  'y',
  'yes',
  'no',
  'On',
  'OFF',
  'true',
  'TRUE',
  'False',
  'null',
  'NULL',
  '~',
  'nULL',
  '0',
  '-0',
  '+1',
  '10',
  '017',
  '08',
  '0o17',
  '0x1F',
  '0X1f',
  '0b101',
  '-0x10',
  '1_000',
  '1__0_',
  '9223372036854775807',
  '-9223372036854775808',
  '1.0',
  '-1.50',
  '.5',
  '1.',
  '1e3',
  '6.02E+23',
  '1_0.5',
  '+.5',
  '-0.0',
  '.inf',
  '-.INF',
  '+.Inf',
  '.NaN',
  '12e03',
  '1e400',
  '18446744073709551616',
  '12:30',
  '1:30:00',
  '190:20:30.15',
  '2020-01-02',
  '2020-1-2',
  '2020-01-02T03:04:05Z',
  '2020-01-02t03:04:05.123456789+02:00',
  '2020-01-02 03:04:05',
  '2020-01-02 3:04:05.50',
  '2020-01-02 03:04:05 -5',
  '2020-13-45',
  '0.1.2',
  '1.2.3.4',
  '1e',
  '0x',
  '0xZZ',
  '+',
  '-.',
  '._',
  '1_',
  '_1',
  '0_1',
  '0o8',
  '!x y',
  'a\u00a0b',
  '\u2028x',
  '日本語',
  'e\u0301',
  'á\u200bb',
  'x\ty',
]

const DOUBLE = [
  'v',
  ' ',
  '  lead',
  'trail  ',
  ': ',
  ' # no',
  '[',
  '{',
  ',',
  '\\n',
  '\\t',
  '\\"',
  '\\\\',
  '\\/',
  '\\x41',
  '\\u00e9',
  '\\U0001F600',
  '\\0',
  '\\a',
  '\\b',
  '\\e',
  '\\v',
  '\\r',
  '\\N',
  '\\_',
  '\\L',
  '\\P',
  '\\ ',
  '😀',
  'é',
  '\t',
  '10',
  "'",
  '\\u2028',
  '\ufeff',
  '\u007f',
  '\u0085',
]

const SINGLE = ['v', ' ', "''", '"', '\\n', '# c', ': ', '{a}', '10', 'null', '😀', '\t', '  ', '[', '\\', 'é']

const TAGS = [
  '!foo v',
  '!Ref Name',
  '! v',
  '! 10',
  '!!str 10',
  '!!str',
  '!!str true',
  '!!int 3',
  '!!int "3"',
  '!!float 3',
  '!!float "1.50"',
  '!!bool true',
  '!!null null',
  '!!null ""',
  '!!binary aGk=',
  '!!binary "aGk="',
  '!!timestamp 2020-01-02',
  '!<tag:yaml.org,2002:str> 10',
  '!foo "q"',
  "!foo 's'",
  '!e!x v',
  '!Sub "${A}-b"',
  '!!str "x"',
  '!foo',
  '!!str 2020-01-02',
  '!!merge x',
]

/** Lines inside a block scalar; those that begin with a blank are never the first without an indentation indicator. */
const BLOCK = [
  'l',
  'two words',
  '- x',
  'k: v',
  '# no comment',
  '"q"',
  "'",
  '😀',
  'é',
  'trail ',
  'tab\tin',
  '\tlead',
  '',
  ' more',
  '    much more',
  '---x',
  '{',
  '%x',
  '\\n',
  'x\\',
  '  ',
  'ENC[AES256_GCM,data:x]',
  '10',
  '...x',
  '\ufeffx',
]

/** Where a value stands. */
export interface ScalarPlace {
  /** Columns before the key or dash. */
  readonly parent: number
  /** How many more its further lines have. */
  readonly step: number
  readonly inFlow: boolean
}

/** A value behind its key or dash, with its leading blank and without its last line break. */
export function scalarText(choices: Choices, { parent, step, inFlow }: ScalarPlace): string {
  const pad = ' '.repeat(parent + step)
  switch (choices.below(inFlow ? 7 : 11)) {
    case 0:
    case 1:
      return ` ${plainText(choices, inFlow)}`
    case 2:
      return ` "${choices.some(0, 4, () => doublePiece(choices, pad)).join('')}"`
    case 3:
      return ` '${choices.some(0, 4, () => singlePiece(choices, pad)).join('')}'`
    case 4:
      return ` ${choices.of(inFlow ? FLOW_TAGS : TAGS)}`
    case 5:
      return ` ${plainLines(choices, pad, inFlow)}`
    case 6:
      return inFlow ? ` ${choices.of(['"x"', "'x'", '1', 'x'])}` : choices.of(['', ' ', '\t'])
    default:
      return blockText(choices, parent, step)
  }
}

const FLOW_TAGS = TAGS.filter((tag) => !/!foo$|!!str$|\{/.test(tag))

function plainText(choices: Choices, inFlow: boolean): string {
  const word = choices.of(PLAIN)
  return inFlow && /[,[\]{}]|^[-?:]/.test(word) ? 'v' : word
}

function doublePiece(choices: Choices, pad: string): string {
  if (!choices.once(8)) return choices.of(DOUBLE)
  const gaps = ['\n', '\n\n', '\\\n', '  \n', '\t\n', '\n \n\n', '\\\n\n']
  return `${choices.of(['x', '', 'x\\t'])}${choices.of(gaps)}${pad}${choices.of(['y', ' y', '\ty', '\\  y', ''])}`
}

function singlePiece(choices: Choices, pad: string): string {
  if (!choices.once(8)) return choices.of(SINGLE)
  return `${choices.of(['x', ''])}${choices.of(['\n', '\n\n', '  \n'])}${pad}${choices.of(['y', '  y', ''])}`
}

function plainLines(choices: Choices, pad: string, inFlow: boolean): string {
  const first = choices.of(['two', '10', 'true', '2020-01-02', 'a b'])
  const lines = choices.some(1, 3, () => choices.of(['lines', '10', 'x#y', 'é', '"q"', 'a:b', "it's"]))
  const gaps = inFlow ? ['\n'] : ['\n', '\n\n', '  \n', '\n\t\n', '\n  ']
  return first + lines.map((line) => `${choices.of(gaps)}${pad}${line}`).join('')
}

function blockText(choices: Choices, parent: number, step: number): string {
  const lines = choices.some(0, 5, () => choices.of(BLOCK))
  const first = lines.find((line) => line.trim() !== '')
  const stated = lines[0]?.startsWith(' ') === true || first?.startsWith(' ') === true || choices.once(6)
  const width = stated ? step : step + choices.below(3)
  const signs = choices.of(['', '-', '+'])
  const digit = stated ? String(width) : ''
  const header = choices.of(['|', '>']) + choices.of([digit + signs, signs + digit])
  const pad = ' '.repeat(parent + width)
  const body = lines.map((line) => (line === '' ? '' : pad + line))
  const end = choices.of(['', '', '\n', '\n\n', `\n${pad}`])
  return ` ${[header + choices.of(['', '', '', ' ', ' # block']), ...body].join('\n')}${end}`
}
