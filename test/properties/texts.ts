/** Texts of every format with all that people write in it, to be encrypted and decrypted. */
import fc from 'fast-check'
import { iniTexts } from '../formats/ini-texts.ts'
import { type Choices, chosen } from './choices.ts'
import { yamlDocuments } from './yaml-documents.ts'

/** Plain files by the name of their format. */
export const plainTexts: Readonly<Record<string, fc.Arbitrary<Buffer>>> = {
  yaml: yamlDocuments.map((text) => Buffer.from(text)),
  json: chosen(jsonText).map((text) => Buffer.from(text)),
  dotenv: chosen(dotenvText).map((text) => Buffer.from(text)),
  ini: iniTexts.map((text) => Buffer.from(text)),
  binary: fc.oneof(
    fc.uint8Array({ maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ unit: 'binary', maxLength: 40 }).map((text) => Buffer.from(text)),
    fc.constantFrom('', '\n', '{}', '\ufeff{"a": 1}', 'ENC[AES256_GCM,data:x]').map((text) => Buffer.from(text)),
  ),
}

const NUMBERS = [
  '0',
  '-0',
  '10',
  '1.0',
  '-1.50',
  '1e3',
  '6.02E+23',
  '9223372036854775807',
  '9223372036854775808',
  '1E-7',
  '0.1',
  '-0.0',
]
const STRINGS = [
  '',
  'v',
  'two words',
  '\\n',
  '\\"',
  '\\\\',
  '\\/',
  '/',
  '\\u0041',
  '\\u003c',
  '<&>',
  '\\ud83d\\ude00',
  '😀',
  'é',
  '\\t',
  '\u2028',
  '10',
  'true',
  '\\b\\f',
  '\u007f',
  '#x',
  'ENC[',
  "'",
]

function jsonText(choices: Choices): string {
  const blank = (): string => choices.of(['', '', ' ', '\n', '\t', '  \n\t'])
  const string = (): string => `"${choices.some(0, 3, () => choices.of(STRINGS)).join('')}"`
  const members = (depth: number): string[] =>
    choices.some(
      0,
      4,
      () =>
        `${blank()}"${choices.of(['k', 'é', '', 'a.b', '\\n', 'x_unencrypted', '😀'])}${choices.unique()}"${blank()}:${value(depth)}`,
    )
  const value = (depth: number): string => {
    const kind = choices.below(depth === 0 ? 4 : 7)
    if (kind < 2) return `${blank()}${string()}${blank()}`
    if (kind === 2) return `${blank()}${choices.of(NUMBERS)}${blank()}`
    if (kind === 3) return `${blank()}${choices.of(['true', 'false', 'null'])}${blank()}`
    if (kind === 4) return `${blank()}[${choices.some(0, 3, () => value(depth - 1)).join(',') || blank()}]${blank()}`
    return `${blank()}{${members(depth - 1).join(',') || blank()}}${blank()}`
  }
  const text = `${choices.once(10) ? '\ufeff' : ''}${blank()}{${members(3).join(',') || blank()}}${choices.of(['\n', '\n', '', '\n\n', ' '])}`
  return choices.once(5) ? text.replaceAll('\n', '\r\n') : text
}

function dotenvText(choices: Choices): string {
  const key = (): string =>
    `${choices.of(['KEY', 'export KEY', 'key ', 'É', 'a.b', ' K', 'K_unencrypted'])}${choices.unique()}${choices.of(['', '', ' '])}`
  const value = (): string =>
    choices.of([
      'v',
      '',
      '"quoted"',
      "'single'",
      ' lead',
      'trail ',
      'a=b',
      '# no comment',
      'a\\nb',
      '\\\\n',
      '\\t',
      '😀',
      '${OTHER}',
      '10',
      'a\tb',
      '"',
      '\\',
      '\\n',
    ])
  const line = (): string =>
    choices.of([
      '',
      '# comment',
      '#',
      '#é ',
      `${key()}=${value()}`,
      `${key()}=${value()}`,
      `${key()}=${value()}`,
      `${key()}=${value()}`,
    ])
  const text = choices.some(1, 8, line).join('\n') + choices.of(['\n', '\n', '', '\n\n'])
  const whole = choices.once(6) ? text.replaceAll('\n', '\r\n') : text
  return choices.once(10) ? `\ufeff${whole}` : whole
}
