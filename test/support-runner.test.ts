import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { type ProgramResult, runProgram } from './support/run-program.ts'
import { suite } from './support/suite.ts'

const root = fileURLToPath(new URL('..', import.meta.url))

async function runner(...args: readonly string[]): Promise<ProgramResult> {
  const env = isolatedEnvironment(root)
  return runProgram(process.execPath, [join('scripts', 'test.js'), ...args], { cwd: root, env })
}

async function runFixture(name: string, ...options: readonly string[]): Promise<ProgramResult> {
  return runner(...options, `test/fixtures/runner/${name}.test.ts`)
}

function lastLine(result: ProgramResult): string {
  return result.stdout.trimEnd().split('\n').at(-1) ?? ''
}

suite('test runner', (test) => {
  test('counts what passed and what was skipped, with the reason', async () => {
    const result = await runFixture('passing')
    assert.is(result.status, 0, result.stdout)
    assert.is(lastLine(result), '1 passed, 0 failed, 1 skipped')
    assert.match(result.stdout, 'skipped: passing › is skipped: no reason')
  })

  test('a failing test fails the run and is shown', async () => {
    const result = await runFixture('failing')
    assert.is(result.status, 1)
    assert.is(lastLine(result), '1 passed, 1 failed, 0 skipped')
    assert.match(result.stdout, /FAIL {2}failing {2}"fails"/)
  })

  const broken: readonly (readonly [string, RegExp])[] = [
    ['empty-suite', /suite "empty" declares no test/],
    ['no-suite', /no-suite\.test\.ts ran no test/],
    ['forgotten-run', /forgotten-run\.test\.ts ran no test/],
    ['crash', /before any test/],
    ['crash-between', /nobody waits for this/],
    ['exit-early', /exit-early\.test\.ts ran no test/],
    ['exit-status', /exited with 3/],
    ['slow-test', /no result within 0\.2 s/],
  ]
  for (const [name, reason] of broken) {
    test(`${name} fails the run and says why`, async () => {
      const result = await runFixture(name)
      assert.is(result.status, 1, result.stdout)
      assert.match(lastLine(result), /^\d+ passed, [1-9]\d* failed, 0 skipped$/)
      assert.match(result.stdout, reason)
    })
  }

  test('a slow file is shared out over processes, and each of its tests runs once', async () => {
    const result = await runFixture('in-parts')
    assert.is(result.status, 1)
    assert.is(lastLine(result), '3 passed, 1 failed, 0 skipped')
    assert.match(result.stdout, /^ok {3}test\/fixtures\/runner\/in-parts\.test\.ts part 1 of 2 \(2\/2\) \d/m)
    assert.match(result.stdout, /^FAIL test\/fixtures\/runner\/in-parts\.test\.ts part 2 of 2 \(1\/2\) \d/m)
  })

  test('a part without a test is a failure', async () => {
    const result = await runFixture('too-many-parts')
    assert.is(lastLine(result), '1 passed, 1 failed, 0 skipped')
    assert.match(result.stdout, /part 2 of 2 \(0\/0\)[^]*ran no test/)
  })

  test('a file that blocks is killed', async () => {
    const result = await runFixture('hanging', '--seconds', '2')
    assert.is(result.status, 1)
    assert.match(result.stdout, /hanging\.test\.ts ran no test and took longer than 2 s/)
  })

  test('clean-up runs in reverse after a failure, and its own failure counts', async () => {
    const result = await runFixture('cleanup')
    assert.is(lastLine(result), '0 passed, 2 failed, 0 skipped')
    assert.match(result.stdout, /first\nsecond\n/)
    assert.match(result.stdout, /the clean-up/)
  })

  test('a place that is not there is refused', async () => {
    const result = await runner('test/nowhere')
    assert.is(result.status, 1)
    assert.match(result.stderr, 'no such file or folder: test/nowhere')
  })
})
