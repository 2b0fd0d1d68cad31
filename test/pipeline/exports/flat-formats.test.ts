import { execFileSync } from 'node:child_process'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { intScalar, NULL } from '../../../src/core/scalar.ts'
import type { ExportFormat } from '../../../src/pipeline/exports/export-format.ts'
import { flatFormat } from '../../../src/pipeline/exports/flat-format.ts'
import { format as cmd } from '../../../src/pipeline/exports/formats/cmd.ts'
import { format as direnv } from '../../../src/pipeline/exports/formats/direnv.ts'
import { format as fish } from '../../../src/pipeline/exports/formats/fish.ts'
import { format as jsonFlat } from '../../../src/pipeline/exports/formats/json-flat.ts'
import { format as nushell } from '../../../src/pipeline/exports/formats/nushell.ts'
import { format as powershell } from '../../../src/pipeline/exports/formats/powershell.ts'
import { format as sh } from '../../../src/pipeline/exports/formats/sh.ts'
import { format as systemd } from '../../../src/pipeline/exports/formats/systemd-environment.ts'
import { suite } from '../../support/suite.ts'
import { awkwardText } from './awkward-text.ts'
import { entry, refusal, runs, textOf } from './entries.ts'

const ALL: readonly ExportFormat[] = [cmd, direnv, fish, jsonFlat, nushell, powershell, sh, systemd]

function problem(format: ExportFormat, value: string, name = 'A'): string {
  return format.problem?.(entry(name, value), {}) ?? ''
}

function one(format: ExportFormat, value: string): string {
  return textOf(format, [entry('A', value)])
}

function encoded(base64: string): string {
  return `$env:A = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('${base64}'))\n`
}

suite('exports of names and texts', (test) => {
  test('sh: single quotes, in which nothing means anything', () => {
    assert.is(
      textOf(sh, [entry('A', "it's $(x)\n"), entry('B', intScalar(7n)), entry('C', NULL)]),
      "export A='it'\\''s $(x)\n'\nexport B='7'\nexport C=''\n",
    )
    assert.is(textOf(sh, []), '')
  })

  test('direnv: as sh, but for the names of direnv', () => {
    assert.is(one(direnv, 'x y'), "export A='x y'\n")
    assert.match(problem(direnv, 'x', 'DIRENV_DIR'), /for itself/)
  })

  test('fish: a backslash before quotes and backslashes', () => {
    assert.is(one(fish, "it's \\n $x"), "set -gx A 'it\\'s \\\\n $x'\n")
    assert.match(problem(fish, 'x', 'status'), /does not let/)
  })

  test('PowerShell: quotes twice; what is not plain ASCII as base64', () => {
    assert.is(one(powershell, "it's $x `n"), "$env:A = 'it''s $x `n'\n")
    assert.is(one(powershell, 'a\nb'), encoded('YQpi'))
    assert.is(one(powershell, 'a’b'), encoded('YeKAmWI='))
    assert.match(problem(powershell, ''), /takes the variable away/)
  })

  test('cmd.exe: what it can hold, and a reason for all else', () => {
    assert.is(
      textOf(cmd, [entry('A', 'x & y | (z) ^'), entry('B', '1')]),
      '@echo off\r\nset "A=x & y | (z) ^"\r\nset "B=1"\r\n',
    )
    for (const value of ['100%', 'hi!', 'say "x"', '%PATH%'])
      assert.match(problem(cmd, value), /no notation for % ! and "/)
    assert.match(problem(cmd, 'a\nb'), /line breaks/)
    assert.match(problem(cmd, 'é'), /code page/)
    assert.match(problem(cmd, ''), /takes the variable away/)
    assert.match(problem(cmd, 'x'.repeat(9000)), /8191/)
    assert.is(problem(cmd, 'x'.repeat(8000)), '')
  })

  test('nushell: a record for load-env, with its own notation of characters', () => {
    assert.is(one(nushell, 'a"b\\\n\u0001 $x'), 'load-env {\n  A: "a\\"b\\\\\\n\\u{1} $x"\n}\n')
    assert.is(one(nushell, '\\u0041'), 'load-env {\n  A: "\\\\u0041"\n}\n')
    assert.match(problem(nushell, 'x', 'PWD'), /for itself/)
  })

  test('systemd: double quotes, with a backslash before four signs', () => {
    assert.is(one(systemd, '"$x" `y` \\ \n'), 'A="\\"\\$x\\" \\`y\\` \\\\ \n"\n')
    assert.match(problem(systemd, 'a\ufdd0'), /set aside/)
    assert.match(problem(systemd, 'a\u{1ffff}'), /set aside/)
    assert.is(problem(systemd, 'a\ufffd\u{10000}'), '')
  })

  test('json-flat: texts by name, __proto__ too', () => {
    assert.is(
      textOf(jsonFlat, [entry('A', 'x'), entry('__proto__', 'y'), entry('B', intScalar(1n))]),
      '{\n  "A": "x",\n  "__proto__": "y",\n  "B": "1"\n}\n',
    )
    assert.is(textOf(jsonFlat, []), '{}\n')
  })

  test('hold any text but NUL and halves of characters; cmd.exe is the exception', () => {
    for (const format of ALL) {
      assert.match(problem(format, 'a\0b'), /NUL/, format.name)
      assert.match(problem(format, 'a\ud83d'), /no text/, format.name)
    }
    fc.assert(
      fc.property(fc.array(awkwardText, { maxLength: 5 }), fc.constantFrom(...ALL), (values, format) => {
        const entries = values.map((value, index) => entry(`V${index}`, value))
        const held = entries.filter((each) => format.problem?.(each, {}) === undefined)
        // Throws where the whole is not read back.
        textOf(format, held)
        const refused = entries.filter((each) => !held.includes(each)).map(({ value }) => String(value.canonical))
        const unheld = format === cmd ? /^$|[%!"]|[^ -~]/ : /\0|^$|\p{Noncharacter_Code_Point}/u
        for (const value of refused) assert.match(value, unheld)
      }),
      { numRuns: runs.numRuns * 3 },
    )
  })

  test('take megabytes', () => {
    const values = ['x'.repeat(2 ** 20), `'"\\$\``.repeat(2 ** 15), '\n'.repeat(2 ** 15)]
    for (const format of ALL.filter((each) => each !== cmd)) {
      for (const value of values) assert.ok(one(format, value).length > value.length, format.name)
    }
  })

  test('the shell of this system reads all back', (context) => {
    if (process.platform === 'win32') context.skip('there is no sh')
    const values = fc.sample(awkwardText, runs.numRuns).filter((value) => !value.includes('\0'))
    const text = textOf(
      sh,
      values.map((value, index) => entry(`V${index}`, value)),
    )
    const print = `process.stdout.write(JSON.stringify(process.env))`
    const json = execFileSync('sh', ['-c', 'eval "$(cat)"; exec "$1" -e "$2"', '_', process.execPath, print], {
      env: { PATH: process.env['PATH'] ?? '' },
      input: text,
      encoding: 'utf8',
    })
    const read = new Map(Object.entries(Object(JSON.parse(json))))
    assert.equal(
      values.map((_, index) => read.get(`V${index}`)),
      values,
    )
  })

  test('a notation that its reader undoes in another way is never written', () => {
    const careless = flatFormat({
      name: 'careless',
      summary: '',
      write: (values) => values.map(({ name, text }) => `${name}=${text}\n`).join(''),
      read: (text) =>
        new Map(
          text
            .split('\n')
            .filter((line) => line !== '')
            .map((line): [string, string] => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
        ),
    })
    assert.is(problem(careless, 'x'), '')
    assert.match(problem(careless, 'm4rker\nB=x'), /^its reader would make another value of it$/)
    const error = refusal(() => careless.write([entry('A', 'm4rker\nB=x')], {}))
    assert.match(error, /^UNREPRESENTABLE\|/)
    assert.not.match(error, /m4rker/)
  })
})
