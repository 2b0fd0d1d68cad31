import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ExportEntry } from '../../../src/pipeline/exports/export-format.ts'
import { format } from '../../../src/pipeline/exports/formats/dotenv.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { awkwardText } from './awkward-text.ts'
import { entry, runs, textOf } from './entries.ts'

const DIALECTS = (format.dialects ?? []).map(({ name }) => name)

/** What stands behind `V=`, or why nothing can. */
function written(value: string, dialect: string): string {
  const each = entry('V', value)
  const problem = format.problem?.(each, { dialect })
  return problem === undefined ? textOf(format, [each], { dialect }).slice(2, -1) : `refused: ${problem}`
}

function held(values: readonly string[], dialect: string): readonly ExportEntry[] {
  return values
    .map((value, index) => entry(`V${index}`, value))
    .filter((each) => format.problem?.(each, { dialect }) === undefined)
}

function expected(entries: readonly ExportEntry[]): Readonly<Record<string, unknown>> {
  return Object.fromEntries(entries.map(({ name, value }) => [name, value.canonical]))
}

/** For each reader. */
function notations(value: string): Readonly<Record<string, string>> {
  return Object.fromEntries(DIALECTS.map((dialect) => [dialect, written(value, dialect).replace(/^(refused).*/, '$1')]))
}

suite('export to dotenv', (test) => {
  test('writes what needs no quotes as it is, for every reader', () => {
    for (const dialect of DIALECTS) assert.is(written('p4ss/w0rd+x==,a:b@c-_%', dialect), 'p4ss/w0rd+x==,a:b@c-_%')
    assert.equal(DIALECTS, ['npm', 'node', 'dotenvx', 'python', 'ruby', 'go', 'docker', 'compose', 'bash', 'portable'])
    assert.is(textOf(format, [entry('A', 'x'), entry('B', '$y')]), "A=x\nB='$y'\n", 'for the package of npm by default')
  })

  test('chooses the notation that each reader undoes', () => {
    assert.equal(notations(`it's`), {
      npm: "`it's`",
      node: "`it's`",
      dotenvx: `"it's"`,
      python: `"it's"`,
      ruby: `"it's"`,
      go: `"it's"`,
      docker: `it's`,
      compose: `"it's"`,
      bash: `'it'\\''s'`,
      portable: 'refused',
    })
    assert.equal(notations('a\nb'), {
      npm: "'a\nb'",
      node: "'a\nb'",
      dotenvx: "'a\nb'",
      python: "'a\nb'",
      ruby: 'refused',
      go: "'a\nb'",
      docker: 'refused',
      compose: "'a\nb'",
      bash: "'a\nb'",
      portable: 'refused',
    })
    assert.equal(notations(`$a 'b' \\`), {
      npm: `$a 'b' \\`,
      node: "`$a 'b' \\`",
      dotenvx: 'refused',
      python: `"$a 'b' \\\\"`,
      ruby: 'refused',
      go: 'refused',
      docker: `$a 'b' \\`,
      compose: `"\\$a 'b' \\\\"`,
      bash: `'$a '\\''b'\\'' \\'`,
      portable: 'refused',
    })
  })

  test('says why a reader cannot be given a value, without the value', () => {
    assert.is(written('m4rker\nx', 'docker'), 'refused: it has more than one line, which docker has no notation for')
    assert.is(written('"m4rker"', 'docker'), 'refused: it stands in quotes, which some versions of docker take off')
    assert.match(written('m'.repeat(70_000), 'docker'), /^refused: docker takes lines of less than 64 KiB$/)
    assert.match(written('m4rker\r', 'node'), /^refused: it has a carriage return/)
    assert.match(written(`m'a"r\`k`, 'node'), /^refused: it has all kinds of quotes/)
    assert.match(written("m4rker'`\\n", 'node'), /^refused: it has a single quote, a backtick and/)
    assert.match(written('${m4rker}', 'python'), /^refused: it has \$\{…\}, which python-dotenv interpolates/)
    assert.match(written('encrypted:m4rker', 'dotenvx'), /^refused: it begins with encrypted:/)
    assert.match(written("m4rker's $(id)", 'ruby'), /^refused: it has a single quote beside \$/)
    assert.match(written('m4rker\\', 'go'), /^refused: it ends with a backslash/)
    assert.match(written(`m4rker'x"`, 'go'), /^refused: it ends with a double quote/)
    assert.match(written('m4rker x', 'portable'), /^refused: no form of it means the same to all readers/)
    for (const dialect of DIALECTS) {
      assert.match(written('m4rker\0', dialect), /^refused: it has a NUL character/)
      assert.match(written('m4rker\ud800', dialect), /^refused: it is no text/)
    }
  })

  test('writes nothing that runs or expands anywhere else than in single quotes', () => {
    for (const dialect of ['npm', 'dotenvx', 'bash', 'ruby', 'python', 'go', 'compose']) {
      assert.is(written('$(touch x) `y` $z', dialect), "'$(touch x) `y` $z'", dialect)
    }
  })

  test('refuses or writes every value; what is written is read back by the models, alone and in one file', () => {
    fc.assert(
      fc.property(fc.array(awkwardText, { maxLength: 6 }), fc.constantFrom(...DIALECTS), (values, dialect) => {
        const entries = held(values, dialect)
        // Throws where the whole is not read back.
        const text = textOf(format, entries, { dialect })
        assert.ok(text === '' || text.endsWith('\n'))
        if (dialect === 'docker') assert.is(text.split('\n').length, entries.length + 1)
      }),
      { numRuns: runs.numRuns * 3 },
    )
  })

  test('refuses little: any printable text for compose and bash, any without three kinds of quotes for Node', () => {
    const printable = fc.string({ unit: 'grapheme-composite', maxLength: 20 })
    fc.assert(
      fc.property(printable, (value) => {
        assert.not.match(written(value, 'compose'), /^refused/)
        assert.not.match(written(value, 'bash'), /^refused/)
        assert.not.match(written(value.replaceAll('`', ''), 'node'), /^refused/)
      }),
      runs,
    )
  })

  test('util.parseEnv of this Node reads all back', () => {
    fc.assert(
      fc.property(fc.array(awkwardText, { maxLength: 10 }), (values) => {
        const entries = held(values, 'node')
        assert.equal({ ...parseEnv(textOf(format, entries, { dialect: 'node' })) }, expected(entries))
      }),
      runs,
    )
  })

  test('the shell of this system reads all back', (context) => {
    if (process.platform === 'win32') context.skip('there is no sh')
    const entries = held(fc.sample(awkwardText, runs.numRuns), 'bash')
    const file = join(temporaryFolder(context), 'values.env')
    writeFileSync(file, textOf(format, entries, { dialect: 'bash' }))
    const print = 'process.stdout.write(JSON.stringify(process.env))'
    const env = { PATH: process.env['PATH'] ?? '' }
    const args = ['-c', 'set -a; . "$1"; exec "$2" -e "$3"', '_', file, process.execPath, print]
    const read: unknown = JSON.parse(execFileSync('sh', args, { env, encoding: 'utf8' }))
    const ours = Object.entries(Object(read)).filter(([name]) => /^V\d+$/.test(name))
    assert.equal(Object.fromEntries(ours), expected(entries))
  })

  test('gives types as texts, and no backtick notation to readers that run it', () => {
    assert.is(written('', 'npm'), "''")
    assert.is(written("it's `x`", 'bash'), "'it'\\''s `x`'")
    assert.is(written("it's `x`", 'dotenvx').slice(0, 7), 'refused')
  })
})
