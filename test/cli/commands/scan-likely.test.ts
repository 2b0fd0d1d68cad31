import { cpSync, mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { gitSandbox } from '../../support/git-sandbox.ts'
import { runSecretsHere } from '../../support/run-here.ts'
import { runProgram } from '../../support/run-program.ts'
import { secretsProgram } from '../../support/run-secrets.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Not in one piece, so that no scanner takes this file for a leak. */
const TOKEN = ['ghp', 'abcdefghijklmnopqrstuvwxyz0123456789'].join('_')

const CONFIG = `version: 1
recipients:
  me: age18c9frhelygdd48dt0k0pcy9wcn2m9sn22qjej84ly2gqvdd8z5qq6vf0sn
environments:
  production:
    files: prod/*
    recipients: [me]
`

const FILES = {
  '.secretsrc': CONFIG,
  'notes.txt': `a\n  token: ${TOKEN}\n`,
  'allowed.txt': `# secrets:allow an example\n${TOKEN}\n`,
  'image.bin': `\0${TOKEN}\n`,
  'prod/plain.yaml': `token: ${TOKEN}\n`,
}

suite('scan --likely', (test) => {
  test('finds what looks like a token, without a key and without saying it', async (context) => {
    const made = await gitSandbox(context, FILES)
    const scan = (...more: readonly string[]): ReturnType<typeof runSecretsHere> =>
      runSecretsHere(['scan', '--likely', ...more], { cwd: made.folder, env: made.env })
    const all = await scan()
    assert.is(all.status, 1, all.stderr)
    assert.match(all.stdout, /^notes\.txt:2:10: looks like a secret: GITHUB_TOKEN \(likely-secret\)\n/)
    assert.match(all.stdout, /^1 likely secret in 4 files$/m)
    assert.not.match(all.stdout + all.stderr, TOKEN.slice(4, 12))
    assert.match((await scan('--format', 'sarif')).stdout, '"ruleId": "likely-secret"')
    await made.git('rm', '--quiet', 'notes.txt')
    await made.commit('taken out')
    assert.is((await scan('--staged')).status, 0)
    const past = await scan('--history', '--json')
    assert.is(past.status, 1)
    const { problems }: { problems: { file: string; commit: string }[] } = JSON.parse(past.stdout)
    assert.equal(problems.map(({ file }) => file).slice(0, 1), ['notes.txt'])
    assert.ok(problems.every(({ commit }) => /^[0-9a-f]{40}$/.test(commit)))
  })

  test('takes no targets: it knows no values', async (context) => {
    const made = await gitSandbox(context, FILES)
    const { status, stderr } = await runSecretsHere(['scan', '--likely', 'production'], {
      cwd: made.folder,
      env: made.env,
    })
    assert.is(status, 64)
    assert.match(stderr, 'leave out targets')
  })

  test('says what to install where the rules are missing', async (context) => {
    const made = await gitSandbox(context, FILES)
    const alone = temporaryFolder(context)
    const root = join(dirname(secretsProgram()), '..')
    mkdirSync(join(alone, 'dist'))
    for (const part of ['bin', 'package.json', 'dist/cli'])
      cpSync(join(root, part), join(alone, part), { recursive: true })
    const script = join(alone, 'bin', 'secrets.js')
    const run = (...args: readonly string[]): ReturnType<typeof runProgram> =>
      runProgram(process.execPath, [script, ...args], { cwd: made.folder, env: made.env })
    const { status, stderr } = await run('scan', '--likely')
    assert.is(status, 64, stderr)
    assert.match(
      stderr,
      /^hint: npm install --save-dev @secretlint\/core @secretlint\/secretlint-rule-preset-recommend$/m,
    )
  })
})
