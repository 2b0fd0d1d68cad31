import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { runSecrets } from './support/run-secrets.ts'
import { suite, type TestContext } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const example = fileURLToPath(new URL('../examples/shop', import.meta.url))
const START = ['--', 'node', 'app/check-config.js']

interface Shop {
  readonly folder: string
  readonly keys: ReadonlyMap<string, string>
}

/** A copy whose recipients have keys of this test. */
async function shop(context: Pick<TestContext, 'onCleanup'>): Promise<Shop> {
  const parent = temporaryFolder(context)
  const folder = join(parent, 'shop')
  cpSync(example, folder, { recursive: true })
  let config = readFileSync(join(folder, '.secretsrc'), 'utf8')
  const keys = new Map<string, string>()
  for (const name of ['alice', 'bob', 'runner-staging', 'runner-production']) {
    const file = join(parent, `${name}.txt`)
    const { stdout } = await runSecrets(['keygen', '--output', file], { cwd: parent })
    config = config.replace(new RegExp(`^(  ${name}: ).*$`, 'm'), `$1${stdout.trim()}`)
    keys.set(name, file)
  }
  writeFileSync(join(folder, '.secretsrc'), config)
  return { folder, keys }
}

function contents(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => /\/(config|deploy)\//.test(file.replaceAll('\\', '/')))
    .sort()
    .map((file) => readFileSync(file, 'utf8'))
}

suite('the shop of the examples', (test) => {
  test('starts with the values of staging, and of nothing else, for who may read them', async (context) => {
    const { folder, keys } = await shop(context)
    assert.is((await runSecrets(['encrypt'], { cwd: folder })).status, 0)
    const env = { SECRETS_AGE_KEY_FILE: keys.get('runner-staging') }
    const started = await runSecrets(['run', '--upper-case', 'staging', ...START], { cwd: folder, env })
    assert.is(started.status, 0, started.stderr)
    assert.match(started.stdout, /^the shop can start$/m)
    assert.not.match(started.stdout, /example/)
    const refused = await runSecrets(['run', '--upper-case', 'production', ...START], { cwd: folder, env })
    assert.is(refused.status, 128)
    assert.is(refused.stdout, '')
    assert.match(refused.stderr, /recipient runner-production/)
    const short = await runSecrets(['run', 'staging', '--only', 'DATABASE_URL', ...START], { cwd: folder, env })
    assert.is(short.status, 1)
    assert.match(short.stdout, /^wrong   SESSION_SECRET: is not set$/m)
  })

  test('is encrypted as a whole, and decrypts to the same bytes', async (context) => {
    const { folder, keys } = await shop(context)
    const before = contents(folder)
    assert.is(before.length, 10)
    await runSecrets(['encrypt'], { cwd: folder })
    const encrypted = contents(folder)
    assert.not.match(encrypted.join('\n'), /example-(staging|production|development)|PRIVATE KEY/)
    assert.match(encrypted.join('\n'), /^kind: Secret$/m)
    const env = { SECRETS_AGE_KEY_FILE: keys.get('alice') }
    const targets = ['development', 'staging', 'production']
    const decrypted = await runSecrets(['decrypt', '--in-place', ...targets], { cwd: folder, env })
    assert.is(decrypted.status, 0, decrypted.stderr)
    assert.equal(contents(folder), before)
  })
})
