import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type Outcome, run } from '../in-process.ts'

const RECIPIENT = /^age1[02-9ac-hj-np-z]{58}\n$/

suite('keygen', (test) => {
  test('makes the default key file, for its owner alone', async (context) => {
    const { home, file } = homeOf(context)
    const { status, stdout, stderr } = await keygen(home)
    assert.is(status, 0)
    assert.match(stdout, RECIPIENT)
    assert.is(stderr, `secrets: the secret key is in ${file}\n`)
    const text = readFileSync(file, 'utf8')
    assert.match(text, /^# created: 2024-05-06T07:08:09Z\n# public key: age1\S+\nAGE-SECRET-KEY-1[A-Z0-9]+\n$/)
    assert.match(text, `# public key: ${stdout}`)
    if (process.platform === 'win32') return
    assert.is(statSync(file).mode & 0o777, 0o600)
    assert.is(statSync(join(home, 'config', 'sops')).mode & 0o777, 0o700)
  })

  test('adds to the default key file and loses nothing', async (context) => {
    const { home, file } = homeOf(context)
    await keygen(home)
    const first = readFileSync(file, 'utf8')
    writeFileSync(file, first.trimEnd())
    chmodSync(file, 0o644)
    const { status } = await keygen(home)
    assert.is(status, 0)
    const text = readFileSync(file, 'utf8')
    assert.ok(text.startsWith(first))
    assert.is(text.match(/^AGE-SECRET-KEY-1/gm)?.length, 2)
    if (process.platform !== 'win32') assert.is(statSync(file).mode & 0o777, 0o600)
  })

  test('writes a new file where it is told to, with its folders', async (context) => {
    const { home, file } = homeOf(context)
    const { status, stdout } = await keygen(home, '--output', 'keys/runner.txt', '--quiet')
    assert.is(status, 0)
    assert.match(stdout, RECIPIENT)
    assert.match(readFileSync(join(home, 'keys', 'runner.txt'), 'utf8'), 'AGE-SECRET-KEY-1')
    assert.not.ok(existsSync(file))
  })

  test('never overwrites a file, nor what a link leads to', async (context) => {
    const { home } = homeOf(context)
    const kept = join(home, 'kept.txt')
    writeFileSync(kept, 'precious')
    symlinkSync(kept, join(home, 'link.txt'))
    for (const name of ['kept.txt', 'link.txt']) {
      const { status, stdout, stderr } = await keygen(home, '-o', name)
      assert.is(status, 73)
      assert.is(stdout, '')
      assert.match(stderr, `${name}: the file exists`)
    }
    assert.is(readFileSync(kept, 'utf8'), 'precious')
  })

  test('makes post-quantum keys', async (context) => {
    const { home, file } = homeOf(context)
    const { stdout } = await keygen(home, '--post-quantum')
    assert.match(stdout, /^age1pq1\S{1900,}\n$/)
    assert.match(readFileSync(file, 'utf8'), 'AGE-SECRET-KEY-PQ-1')
  })

  test('answers programs in JSON, without the secret', async (context) => {
    const { home, file } = homeOf(context)
    const { stdout, stderr } = await keygen(home, '--json')
    const answer = JSON.parse(stdout)
    assert.equal(Object.keys(answer), ['recipient', 'file'])
    assert.is(answer.file, file)
    assert.is(stderr, '')
    assert.not.match(stdout, 'AGE-SECRET-KEY')
  })

  test('makes a different key each time', async (context) => {
    const { home } = homeOf(context)
    const [a, b] = [await keygen(home), await keygen(home)]
    assert.is.not(a.stdout, b.stdout)
  })

  test('does not touch a key file with a passphrase', async (context) => {
    const { home, file } = homeOf(context)
    mkdirSync(join(home, 'config', 'sops', 'age'), { recursive: true })
    for (const content of ['age-encryption.org/v1\n-> scrypt', '-----BEGIN AGE ENCRYPTED FILE-----\n']) {
      writeFileSync(file, content)
      const { status, stderr } = await keygen(home)
      assert.is(status, 73)
      assert.match(stderr, 'protected by a passphrase')
      assert.is(readFileSync(file, 'utf8'), content)
    }
  })

  test('says what to do where nothing can be written', async (context) => {
    const { home } = homeOf(context)
    writeFileSync(join(home, 'config'), 'a file in the place of the folder')
    const { status, stdout, stderr } = await keygen(home)
    assert.is(status, 3)
    assert.is(stdout, '')
    assert.match(stderr, /the key cannot be written \(E\w+\)\nhint: /)
    assert.equal(readdirSync(home), ['config'])
  })
})

function homeOf(context: Parameters<typeof temporaryFolder>[0]): { readonly home: string; readonly file: string } {
  const home = temporaryFolder(context)
  return { home, file: join(home, 'config', 'sops', 'age', 'keys.txt') }
}

function keygen(home: string, ...args: readonly string[]): Promise<Outcome> {
  const config = join(home, 'config')
  return run(['keygen', ...args], { cwd: home, env: { XDG_CONFIG_HOME: config, AppData: config } })
}
