import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type Command, defineCommand } from '../../src/cli/command.ts'
import { parseArguments } from '../../src/cli/parse-arguments.ts'
import { isSecretsError } from '../../src/core/errors.ts'
import { suite } from '../support/suite.ts'

const COMMAND: Command = defineCommand({
  name: 'sample',
  group: 'daily',
  summary: 'a sample',
  examples: [],
  positionals: {
    target: { arity: 'one', description: 'a target' },
    entryPath: { arity: 'optional', description: 'a path' },
  },
  options: {
    output: { type: 'string', alias: 'o', description: 'a file' },
    plainValue: { type: 'string', description: 'a value' },
    recipient: { type: 'strings', description: 'a recipient' },
    length: { type: 'number', description: 'a length' },
    format: { type: 'string', choices: ['yaml', 'json'], description: 'a format', conflicts: ['inPlace'] },
    inPlace: { type: 'boolean', alias: 'i', description: 'in place', conflicts: ['output'] },
  },
  json: true,
  run: async () => 0,
})

const RUN: Command = defineCommand({
  name: 'run',
  group: 'pipeline',
  summary: 'run',
  examples: [],
  positionals: { target: { arity: 'some', description: 'targets' } },
  rest: { name: 'COMMAND…', description: 'what to run', required: true },
  run: async () => 0,
})

suite('parse arguments', (test) => {
  test('gives every name of the tables', () => {
    assert.equal(values(['file']), {
      target: 'file',
      entryPath: undefined,
      output: undefined,
      plainValue: undefined,
      recipient: [],
      length: undefined,
      format: undefined,
      inPlace: false,
      json: false,
      config: undefined,
      quiet: false,
      noColor: false,
      help: false,
      version: false,
      rest: [],
    })
  })

  test('takes options in every usual spelling, before and behind arguments', () => {
    const found = values(['-o', 'out', 'file', '--recipient', 'a', 'a.b', '--recipient=b', '--length', '16', '--json'])
    assert.is(found['output'], 'out')
    assert.is(found['target'], 'file')
    assert.is(found['entryPath'], 'a.b')
    assert.equal(found['recipient'], ['a', 'b'])
    assert.is(found['length'], 16)
    assert.is(found['json'], true)
    assert.is(values(['-qi', 'f'])['inPlace'], true)
  })

  test('reads nothing into words', () => {
    const found = values(['--json', 'true', 'false'])
    assert.is(found['target'], 'true')
    assert.is(found['entryPath'], 'false')
    assert.is(values(['007'])['target'], '007')
    assert.is(values(['-'])['target'], '-')
    assert.is(values(['f', '--output', '-'])['output'], '-')
    assert.is(values(['f', '--plain-value', '1e3'])['plainValue'], '1e3')
    assert.is(values(['f', '--plain-value', '"quoted"'])['plainValue'], '"quoted"')
    assert.is(values(['f', '--plain-value', ''])['plainValue'], '')
    assert.is(values(['f', '--plain-value='])['plainValue'], '')
  })

  test('keeps every value to the character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        assert.is(values(['f', `--plain-value=${value}`])['plainValue'], value)
        if (!value.startsWith('-')) assert.is(values(['f', '--plain-value', value])['plainValue'], value)
        assert.is(values(['--', value])['target'], value)
      }),
      { numRuns: 200 },
    )
  })

  test('takes what stands behind -- for arguments, or for the command to run', () => {
    assert.is(values(['--', '--output'])['target'], '--output')
    const parsed = parseArguments(RUN, ['a', 'b', '--', 'node', '--version', '--', '-x']).values
    assert.equal(parsed['target'], ['a', 'b'])
    assert.equal(parsed['rest'], ['node', '--version', '--', '-x'])
  })

  test('refuses what the tables do not know, and says what was meant', () => {
    refused(['f', '--ouput', 'x'], 'USAGE', 'unknown option --ouput for secrets sample', 'did you mean --output?')
    refused(['f', '-x'], 'USAGE', 'unknown option -x for secrets sample')
    refused(['f', '--__proto__=x'], 'USAGE', 'unknown option')
    refused(['f', '--constructor', 'x'], 'USAGE', 'unknown option --constructor')
    refused(['f', '--no-json'], 'USAGE', 'unknown option --no-json')
  })

  test('refuses values that do not fit, without repeating them', () => {
    refused(['f', '--output'], 'USAGE', '--output needs a value')
    refused(['f', '--recipient'], 'USAGE', '--recipient needs a value')
    refused(['f', '--output', '--json'], 'USAGE', '--output needs a value')
    refused(['f', '-o', 'a', '-o', 'b'], 'USAGE', '--output is given more than once')
    refused(['f', '--length', 'marker7'], 'USAGE', '--length needs a whole number')
    refused(['f', '--length=-1'], 'USAGE', '--length needs a whole number')
    refused(['f', '--format', 'jsn'], 'USAGE', '--format is one of yaml, json', 'did you mean --format json?')
    refused(['f', '--format', 'marker7'], 'USAGE', '--format is one of yaml, json')
    refused(['f', '--json=no'], 'USAGE', '--json takes no value')
  })

  test('refuses options that exclude each other, whichever names the other', () => {
    refused(['f', '-i', '-o', 'x'], 'CONFLICTING_OPTIONS', '--in-place and --output exclude each other')
    refused(['f', '-i', '--format', 'yaml'], 'CONFLICTING_OPTIONS', '--format and --in-place exclude each other')
  })

  test('refuses missing and superfluous arguments, without repeating them', () => {
    refused([], 'USAGE', 'TARGET is missing: secrets sample [OPTIONS] TARGET [ENTRY_PATH]')
    refused(['f', 'p', 'marker7'], 'USAGE', 'too many arguments')
    assert.throws(() => parseArguments(RUN, ['--', 'node']), /TARGET is missing/)
    assert.throws(() => parseArguments(RUN, ['prod']), /COMMAND… is missing/)
    assert.throws(() => parseArguments(RUN, ['prod', '--']), /COMMAND… is missing/)
  })

  test('asks for help before it checks anything', () => {
    assert.is(parseArguments(COMMAND, ['--help']).help, true)
    assert.is(parseArguments(COMMAND, ['--nonsense', '-h']).help, true)
    assert.is(parseArguments(COMMAND, ['--version']).version, true)
    assert.is(parseArguments(RUN, ['p', '--', 'git', '--help']).help, false)
  })

  test('leaves the arguments of a pass-through command alone', () => {
    const command = { ...COMMAND, passThrough: true }
    assert.equal(parseArguments(command, ['-d', '--help', 'x']), {
      values: { rest: ['-d', '--help', 'x'] },
      help: false,
      version: false,
    })
  })

  test('a table with a name twice or an argument behind a list cannot be made', () => {
    const base = { name: 'x', group: 'daily', summary: 's', examples: [], run: async () => 0 } as const
    const one = { arity: 'one', description: 'd' } as const
    assert.throws(
      () => defineCommand({ ...base, positionals: { a: one }, options: { a: { type: 'string', description: 'd' } } }),
      /twice/,
    )
    assert.throws(
      () => defineCommand({ ...base, positionals: { a: { arity: 'many', description: 'd' }, b: one } }),
      /behind a list/,
    )
  })
})

function values(argv: readonly string[]): Readonly<Record<string, unknown>> {
  return parseArguments(COMMAND, argv).values
}

function refused(argv: readonly string[], code: string, message: string, hint?: string): void {
  try {
    parseArguments(COMMAND, argv)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    assert.is(error.code, code)
    assert.ok(error.message.startsWith(message), error.message)
    if (hint !== undefined) assert.is(error.hint, hint)
    assert.not.match(`${error.message} ${error.hint ?? ''}`, 'marker7')
    return
  }
  assert.unreachable(`accepted: ${argv.join(' ')}`)
}
