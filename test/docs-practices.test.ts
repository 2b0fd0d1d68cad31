/** Every command line of docs/practices.md can be typed, one after the other, in a repository as it describes. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { generateIdentity } from '../src/keys/age/generate.ts'
import { readProjectFile } from './support/imports.ts'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { projectSandbox } from './support/project-sandbox.ts'
import { runProgram } from './support/run-program.ts'
import { secretsProgram } from './support/run-secrets.ts'
import { suite } from './support/suite.ts'

const LINES = [...readProjectFile('docs/practices.md').matchAll(/^```sh\n([^]*?)^```$/gm)].flatMap(([, block = '']) =>
  block.trimEnd().split('\n'),
)

/** Commands that answer a question, whose "no" is status 1. */
const MAY_SAY_NO = /compare|exposure|redact --check|check$|status/

suite('docs/practices.md', (test) => {
  test('every line can be typed', async (context) => {
    if (process.platform === 'win32') context.skip('no sh')
    const files = { 'staging/app.yaml': VALUES, 'production/app.yaml': VALUES.replace('marker-1', 'marker-2') }
    const { folder, env, read, write } = await projectSandbox(context, files)
    const { recipient: bob } = await generateIdentity({ postQuantum: false })
    mkdirSync(join(folder, '.home'))
    write('.gitignore', '.home\n')
    write('build.log', 'nothing in here\n')
    const secrets = `secrets() { '${process.execPath}' '${secretsProgram()}' "$@"; }`
    const type = async (line: string): Promise<void> => {
      const options = { cwd: folder, env: isolatedEnvironment(join(folder, '.home'), env), timeout: 120_000 }
      const { status, stdout, stderr } = await runProgram('sh', ['-c', `${secrets}\n${line}`], options)
      assert.ok(status === 0 || (status === 1 && MAY_SAY_NO.test(line)), `${line}: ${status}\n${stdout}${stderr}`)
      assert.not.match(stderr, /marker-/)
      if (line.includes('--redact')) assert.not.match(stdout, /marker-/)
    }
    await type(
      `git init -q && secrets grant --yes --key ${bob} bob staging production && git add . && git commit -qm first`,
    )
    for (const line of LINES) await type(line)
    assert.ok(LINES.length > 15)
    assert.not.match(read('.secretsrc'), /bob\b.*production/)
  }, 280)
})

const VALUES = 'database:\n  user: shop-user-7\n  password: marker-1-of-production\napi:\n  key: none-yet-83\n'
