/** What `npm run peers` decides before and after the suites. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import * as assert from 'uvu/assert'
import { projectRoot } from './support/imports.ts'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { runProgram } from './support/run-program.ts'
import { suite } from './support/suite.ts'

/** What a function of one of the scripts gives. */
async function scriptResult(script: string, name: string, ...args: readonly unknown[]): Promise<unknown> {
  const address = pathToFileURL(join(projectRoot, 'scripts', script)).href
  const given = args.map((arg) => JSON.stringify(arg)).join(', ')
  const code = `import(${JSON.stringify(address)}).then((made) => console.log(JSON.stringify(made.${name}(${given}))))`
  const options = { cwd: projectRoot, env: isolatedEnvironment(projectRoot) }
  const { status, stdout, stderr } = await runProgram(process.execPath, ['-e', code], options)
  assert.is(status, 0, stderr)
  return JSON.parse(stdout)
}

function needs(suiteName: string, program: string): Promise<unknown> {
  return scriptResult('peer-needs.js', 'mentionsProgram', [`test/peers/${suiteName}`], program, projectRoot)
}

suite('npm run peers', (test) => {
  test('the figures of a suite are those of its files together', async () => {
    const output = [
      'ok   test/peers/vault/vault-transit.test.ts (7/7) 2.5 s',
      'FAIL test/peers/vault/example.test.ts (3/4) 10.0 s',
      'some output of the failure (1/2) 3 s',
      'ok   test/peers/pgp/pgp.test.ts part 2 of 3 (6/6) 1.0 s',
      '     skipped: PGP › a test: gpg is not installed',
      'ok   test/peers/versions.test.ts (2/2) 0.1 s',
    ]
    assert.equal(await scriptResult('peer-table.js', 'suiteLines', output.join('\n')), [
      'suite       tests  skipped   failed  seconds',
      'pgp             5        1        0      1.0',
      'vault          10        0        1     12.5',
      'versions        2        0        0      0.1',
    ])
  })

  test('a suite needs the programs that it names itself or by its support', async () => {
    assert.is(await needs('vault', 'vault'), true)
    assert.is(await needs('vault', 'sops'), true)
    assert.is(await needs('aws-kms', 'moto_server'), true)
    assert.is(await needs('pgp', 'vault'), false)
    assert.is(await needs('versions.test.ts', 'age'), true)
  })
})
