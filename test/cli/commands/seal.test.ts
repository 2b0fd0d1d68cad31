/** `secrets seal`, and what other commands say about seals, in real repositories. */
import * as assert from 'uvu/assert'
import { canonicalText } from '../../../src/core/scalar.ts'
import { generateIdentity } from '../../../src/keys/age/generate.ts'
import { gitSandbox } from '../../support/git-sandbox.ts'
import type { ProgramResult } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Outcome, run } from '../in-process.ts'

const FILE = 'prod/a.yaml'

const PLAIN = '# read by the web server\npassword: s3cret\nhost_unencrypted: db.internal\nempty: ""\nother: x\n'

interface Sealed {
  readonly read: (path: string) => string
  readonly write: (path: string, content: string) => void
  readonly git: (...args: readonly string[]) => Promise<ProgramResult>
  readonly commit: (message: string) => Promise<ProgramResult>
  readonly recipient: string
  readonly secrets: (...args: readonly string[]) => Promise<Outcome>
  /** Changes the text of the file. */
  readonly change: (from: RegExp | string, to: string) => void
}

/** A repository with one encrypted file that was committed. `settings` are lines of the configuration. */
async function sealedRepository(context: Pick<TestContext, 'onCleanup'>, settings: string = ''): Promise<Sealed> {
  const sandbox = await gitSandbox(context)
  const { identity, recipient } = await generateIdentity({ postQuantum: false })
  const env = { ...sandbox.env, SECRETS_AGE_KEY: canonicalText(identity) }
  const secrets = (...args: readonly string[]): Promise<Outcome> => run(args, { env, cwd: sandbox.folder })
  const config = `version: 1\n${settings}recipients:\n  alice: ${recipient}\nenvironments:\n  production:\n`
  sandbox.write('.secretsrc', `${config}    files: prod/**\n    recipients: [alice]\n`)
  sandbox.write(FILE, PLAIN)
  assert.is((await secrets('encrypt', FILE)).status, 0)
  await sandbox.git('add', '.')
  await sandbox.commit('sealed')
  const change = (from: RegExp | string, to: string): void => {
    const text = sandbox.read(FILE)
    assert.is.not(text.replace(from, to), text)
    sandbox.write(FILE, text.replace(from, to))
  }
  return {
    recipient,
    secrets,
    change,
    read: (path) => sandbox.read(path),
    write: (path, content) => sandbox.write(path, content),
    git: (...args) => sandbox.git(...args),
    commit: (message) => sandbox.commit(message),
  }
}

const SEAL_LINE = /^ +seal: .*\n/m

suite('seals of files', (test) => {
  test('a change beside the values is refused by every command that uses them, and told by status and check', async (context) => {
    const { secrets, change, git, read } = await sealedRepository(context)
    change('empty: ""', 'renamed: ""')
    const tampered = read(FILE)
    for (const args of [
      ['decrypt', FILE],
      ['get', FILE, 'password'],
      ['set', FILE, 'password', '--plain-value', 'new'],
      ['unset', FILE, 'other'],
      ['edit', FILE],
      ['rotate', FILE],
      ['run', 'production', '--', 'node', '-e', 'process.exit(7)'],
    ]) {
      const { status, stdout, stderr } = await secrets(...args)
      assert.is(status, 51, `${args.join(' ')}: ${stderr}`)
      assert.match(stderr, /the seal does not match/, args.join(' '))
      assert.match(stderr, /secrets seal/)
      assert.not.match(stdout, /s3cret/)
    }
    assert.is(read(FILE), tampered)
    const status = await secrets('status')
    assert.is(status.status, 1)
    assert.match(status.stdout, /tampered\s+prod\/a\.yaml/)
    assert.match(status.stdout, /secrets seal prod\/a\.yaml/)
    await git('add', '.')
    const check = await secrets('check')
    assert.is(check.status, 1)
    assert.match(check.stdout, /prod\/a\.yaml: the seal is wrong.*\(seal-mismatch\)/)
  })

  test('secrets seal names what changed since the last right seal, and no value, asks, and makes it anew', async (context) => {
    const { secrets, change, read, git, commit } = await sealedRepository(context)
    await git('commit', '--allow-empty', '-qm', 'another')
    change('empty: ""', 'renamed: ""')
    change(/^#ENC.*\n/m, '')
    change(/^(password.*\n)(host.*\n)/m, '$2$1')
    // The order of these two is the MAC's, which is put right to look at the seal alone.
    change(/^(host.*\n)(password.*\n)/m, '$2$1')
    const tampered = read(FILE)
    const shown = await secrets('seal', '--dry-run', FILE)
    assert.is(shown.status, 1)
    assert.match(shown.stdout, /prod\/a\.yaml: its seal is wrong; since commit [0-9a-f]{10} of \d{4}-/)
    assert.match(shown.stdout, /\+ renamed/)
    assert.match(shown.stdout, /- empty/)
    assert.match(shown.stdout, /comment removed or changed \(line 1\)/)
    assert.not.match(shown.stdout, /s3cret|web server/)
    assert.is(read(FILE), tampered)
    // Nobody can be asked here.
    assert.is((await secrets('seal', FILE)).status, 66)
    assert.is(read(FILE), tampered)
    const made = await secrets('seal', '--yes', FILE)
    assert.is(made.status, 0, made.stderr)
    assert.match(made.stderr, /sealed 1 file/)
    assert.is(read(FILE).replace(SEAL_LINE, ''), tampered.replace(SEAL_LINE, ''))
    assert.match((await secrets('decrypt', FILE)).stdout, /renamed: ""/)
    assert.match((await secrets('seal')).stderr, /nothing to do/)
    await git('add', '.')
    await commit('sealed anew')
    assert.is((await secrets('check', '--require-seal')).status, 0)
  })

  test('a seal that is gone is told with its commit, and is never made in passing', async (context) => {
    const { secrets, change, read, git, commit } = await sealedRepository(context)
    change(SEAL_LINE, '')
    change('empty: ""', 'renamed: ""')
    await git('add', '.')
    await commit('by sops, or by somebody who hides something')
    const removed = (await git('rev-parse', '--short=10', 'HEAD')).stdout.trim()
    const status = await secrets('status')
    assert.is(status.status, 0, 'sops drops it too')
    assert.match(status.stdout, new RegExp(`has no seal any more, which it had until commit ${removed}`))
    assert.match(status.stdout, /1 without a seal/)
    assert.match(status.stdout, /secrets seal prod\/a\.yaml/)
    const check = await secrets('check')
    assert.is(check.status, 0)
    assert.match(check.stdout, new RegExp(`1 without a seal; .*prod/a\\.yaml \\(${removed}\\)`))
    const strict = await secrets('check', '--require-seal', '--json')
    assert.is(strict.status, 1)
    assert.is(JSON.parse(strict.stdout).problems[0].rule, 'missing-seal')

    for (const args of [
      ['set', FILE, 'password', '--plain-value', 'x'],
      ['rotate', FILE],
    ]) {
      const changed = await secrets(...args)
      assert.is(changed.status, 0, changed.stderr)
      assert.match(changed.stderr, /prod\/a\.yaml has no seal: "secrets seal prod\/a\.yaml" shows/)
      assert.not.match(read(FILE), SEAL_LINE)
    }

    const shown = await secrets('seal', '--dry-run', '--json', FILE)
    const [plan] = JSON.parse(shown.stdout).files
    assert.is(plan.seal, 'missing')
    assert.equal(
      plan.entries.map(({ path, change: what }: { path: string; change: string }) => `${what} ${path}`).toSorted(),
      ['added renamed', 'changed password', 'removed empty'],
    )
    assert.is((await secrets('seal', '--yes')).status, 0)
    assert.match(read(FILE), SEAL_LINE)
    assert.is((await secrets('decrypt', FILE)).status, 0)
  })

  test('a seal of no worth in the history is not compared with', async (context) => {
    const { secrets, change, git, commit } = await sealedRepository(context)
    const good = (await git('rev-parse', '--short=10', 'HEAD')).stdout.trim()
    change('empty: ""', 'renamed: ""')
    await git('add', '.')
    await commit('with the seal of another content')
    change(SEAL_LINE, '')
    const { stdout } = await secrets('seal', '--dry-run', FILE)
    assert.match(stdout, new RegExp(`it has no seal; since commit ${good}`))
    assert.match(stdout, /\+ renamed/)
  })

  test('names recipients and rules that changed', async (context) => {
    const { secrets, change, read, recipient } = await sealedRepository(context)
    const entry = / {8}- enc: \|\n(?: {12}.*\n)+ {10}recipient: .*\n/.exec(read(FILE))?.[0] ?? ''
    const { recipient: evil } = await generateIdentity({ postQuantum: false })
    change(entry, entry + entry.replace(recipient, evil))
    const refused = await secrets('seal', '--yes', FILE)
    assert.is(refused.status, 77, 'a recipient whom the configuration does not name')
    change(entry.replace(recipient, evil), '')
    change('unencrypted_suffix: _unencrypted', 'unencrypted_regex: _unencrypted$')
    const { stdout } = await secrets('seal', '--dry-run', FILE)
    assert.match(stdout, /selection: unencrypted_suffix _unencrypted, now unencrypted_regex _unencrypted\$/)
  })

  test('the MAC has to be right before anything is sealed', async (context) => {
    const { secrets, change } = await sealedRepository(context)
    change('db.internal', 'db.evil')
    const { status, stderr } = await secrets('seal', '--yes', FILE)
    assert.is(status, 51)
    assert.match(stderr, /the MAC does not match/)
  })

  test('a configuration switches seals off, or requires them', async (context) => {
    const off = await sealedRepository(context, 'seal: false\n')
    assert.not.match(off.read(FILE), SEAL_LINE)
    assert.is((await off.secrets('status')).status, 0)
    assert.not.match((await off.secrets('status')).stdout, /without a seal/)
    assert.match((await off.secrets('seal', FILE)).stderr, /its environment wants no seal/)

    const required = await sealedRepository(context, 'seal: required\n')
    required.change(SEAL_LINE, '')
    for (const args of [
      ['decrypt', 'production'],
      ['set', FILE, 'password', '--plain-value', 'x'],
      ['run', 'production', '--', 'node', '-v'],
    ]) {
      const refused = await required.secrets(...args)
      assert.is(refused.status, 51, args.join(' '))
      assert.match(refused.stderr, /has no seal, which its environment requires/)
    }
    // A file that is named by its path is decrypted without a look at any configuration.
    assert.is((await required.secrets('decrypt', FILE)).status, 0)
    assert.is((await required.secrets('status')).status, 1)
    await required.git('add', '.')
    assert.match((await required.secrets('check')).stdout, /\(missing-seal\)/)
    assert.is((await required.secrets('seal', '--yes', FILE)).status, 0)
    assert.is((await required.secrets('decrypt', FILE)).status, 0)
  })

  test('a seal is dropped with the next change once seals are switched off', async (context) => {
    const { secrets, read, write } = await sealedRepository(context)
    write('.secretsrc', read('.secretsrc').replace('version: 1\n', 'version: 1\nseal: false\n'))
    assert.is((await secrets('rotate', FILE)).status, 0)
    assert.not.match(read(FILE), SEAL_LINE)
  })

  test('a value that was pasted over an encrypted one costs the seal, and the command says so', async (context) => {
    const { secrets, change, read } = await sealedRepository(context)
    change(/^password: .*/m, 'password: pasted')
    const { status, stderr } = await secrets('encrypt', FILE)
    assert.is(status, 0, stderr)
    assert.match(stderr, /has no seal: "secrets seal/)
    assert.not.match(read(FILE), SEAL_LINE)
  })

  test('sealed files stay sealed through set, rotate, grant and sync', async (context) => {
    const { secrets, read } = await sealedRepository(context)
    const { recipient: bob } = await generateIdentity({ postQuantum: false })
    for (const args of [
      ['set', FILE, 'password', '--plain-value', 'x'],
      ['rotate', FILE],
      ['recipients', 'add', 'bob', bob],
      ['grant', 'bob', 'production', '--yes'],
      ['revoke', 'bob', 'production', '--yes'],
      ['sync', '--yes'],
    ]) {
      const { status, stderr } = await secrets(...args)
      assert.is(status, 0, `${args.join(' ')}: ${stderr}`)
      assert.match(read(FILE), SEAL_LINE, args.join(' '))
      assert.is((await secrets('decrypt', FILE)).status, 0, args.join(' '))
    }
  })
})
