/** Sealed files in the hands of sops, and of programs on its Go library: read and edited unharmed, the seal dropped and told. */
import * as assert from 'uvu/assert'
import { canonicalText } from '../../../src/core/scalar.ts'
import { generateIdentity } from '../../../src/keys/age/generate.ts'
import { type Outcome, run } from '../../cli/in-process.ts'
import { gitSandbox } from '../../support/git-sandbox.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'

/** By format of sops: a file, its plain text, and sops's path to an entry. */
const FILES = {
  yaml: { file: 'e/a.yaml', plain: '# note\na: 1\nb_unencrypted: two\nempty: ""\nc:\n  - x\n', entry: '["a"]' },
  json: { file: 'e/a.json', plain: '{\n\t"a": "1",\n\t"b_unencrypted": "two",\n\t"n": null\n}\n', entry: '["a"]' },
  dotenv: { file: 'e/a.env', plain: '# note\na=1\nb_unencrypted=two\nempty=\n', entry: '["a"]' },
  ini: { file: 'e/a.ini', plain: '[s]\n; note\na = 1\nempty = \n', entry: '["s"]["a"]' },
  binary: { file: 'e/a.bin', plain: 'bytes\n', entry: undefined },
} as const

type FormatName = keyof typeof FILES

const FORMATS = ['yaml', 'json', 'dotenv', 'ini', 'binary'] as const satisfies readonly FormatName[]

const SEAL = /seal["\s:=]+v1:[\w-]{43}/

interface Team {
  readonly sops: (...args: readonly string[]) => Promise<ProgramResult>
  /** Runs a program with the key, the encrypted file on its standard input. */
  readonly feed: (program: string, args: readonly string[], file: string) => Promise<ProgramResult>
  readonly secrets: (...args: readonly string[]) => Promise<Outcome>
  readonly read: (file: string) => string
  readonly write: (file: string, text: string) => void
}

async function team(context: TestContext): Promise<Team> {
  const program = needPeer('sops', context)
  const sandbox = await gitSandbox(context)
  const { identity, recipient } = await generateIdentity({ postQuantum: false })
  const cwd = sandbox.folder
  const env = { ...sandbox.env, SECRETS_AGE_KEY: canonicalText(identity), SOPS_AGE_KEY: canonicalText(identity) }
  const secrets = (...args: readonly string[]): Promise<Outcome> => run(args, { env, cwd })
  sandbox.write(
    '.secretsrc',
    `version: 1\nrecipients: { a: ${recipient} }\nenvironments: { e: { files: 'e/*', recipients: [a] } }\n`,
  )
  for (const { file, plain } of Object.values(FILES)) sandbox.write(file, plain)
  assert.is((await secrets('encrypt')).status, 0)
  await sandbox.git('add', '.')
  await sandbox.commit('sealed')
  for (const { file } of Object.values(FILES)) assert.match(sandbox.read(file), SEAL)
  return {
    secrets,
    sops: (...args) => runProgram(program, ['--disable-version-check', ...args], { cwd, env }),
    feed: (other, args, file) => runProgram(other, args, { cwd, env, stdin: sandbox.read(file) }),
    read: (file) => sandbox.read(file),
    write: (file, text) => sandbox.write(file, text),
  }
}

/** What is true once another program wrote a sealed file: it opens, it is told, and it is sealed again on demand. */
async function checkUnsealed({ secrets, read }: Team, file: string, what: string): Promise<void> {
  assert.not.match(read(file), SEAL, what)
  const opened = await secrets('decrypt', file)
  assert.is(opened.status, 0, `${what}: ${opened.stderr}`)
  const status = await secrets('status', file)
  assert.is(status.status, 0, status.stdout)
  assert.match(status.stdout, /has no seal any more, which it had until commit/, what)
  const sealed = await secrets('seal', '--yes', file)
  assert.is(sealed.status, 0, `${what}: ${sealed.stderr}`)
  assert.match(read(file), SEAL, what)
  assert.is((await secrets('decrypt', file)).stdout, opened.stdout, what)
}

suite('seals and sops', (test) => {
  for (const format of FORMATS) {
    const { file, entry } = FILES[format]
    const type = format === 'binary' ? ['--input-type', 'binary', '--output-type', 'binary'] : []

    test(`${format}: sops reads a sealed file, edits it, drops the seal; it opens, is told, and is sealed anew`, async (context) => {
      const made = await team(context)
      const { sops, secrets, read, write } = made
      const before = read(file)
      const decrypted = await sops('decrypt', ...type, file)
      assert.is(decrypted.status, 0, decrypted.stderr)
      if (format === 'binary') assert.is(decrypted.stdout, FILES.binary.plain)
      assert.match((await sops('filestatus', file)).stdout, '"encrypted":true')

      const rotated = await sops('rotate', '--in-place', ...type, file)
      assert.is(rotated.status, 0, rotated.stderr)
      await checkUnsealed(made, file, 'rotate')

      if (entry === undefined) return
      write(file, before)
      const set = await sops('set', file, entry, '"other"')
      assert.is(set.status, 0, set.stderr)
      assert.match((await secrets('decrypt', file)).stdout, 'other')
      await checkUnsealed(made, file, 'set')
      // What secrets sealed anew is as good to sops as before.
      assert.match((await sops('decrypt', file)).stdout, 'other')
    })

    test(`${format}: programs on sops's library read a sealed file, and drop the seal when they write`, async (context) => {
      const made = await team(context)
      const program = needPeer('sops-library', context)
      const expected = await made.sops('decrypt', ...type, file)
      for (const mode of ['data', 'flux']) {
        const { status, stdout, stderr } = await made.feed(program, [mode, format], file)
        assert.is(status, 0, `${mode}: ${stderr}`)
        assert.is(stdout, expected.stdout, mode)
      }
      const written = await made.feed(program, ['edit', format], file)
      assert.is(written.status, 0, written.stderr)
      made.write(file, written.stdout)
      await checkUnsealed(made, file, 'the library')
    })
  }

  test('sops updatekeys drops the seal as well', async (context) => {
    const made = await team(context)
    const { recipient } = await generateIdentity({ postQuantum: false })
    const present = / recipient: (age1\w+)/.exec(made.read(FILES.yaml.file))?.[1] ?? ''
    made.write('.sops.yaml', `creation_rules: [{ age: '${present},${recipient}' }]\n`)
    const updated = await made.sops('updatekeys', '--yes', FILES.yaml.file)
    assert.is(updated.status, 0, updated.stderr)
    assert.not.match(made.read(FILES.yaml.file), SEAL)
    assert.is((await made.secrets('decrypt', FILES.yaml.file)).status, 0)
    // The recipient that sops added is not one of the configuration, and is not sealed over.
    assert.is((await made.secrets('seal', '--yes', FILES.yaml.file)).status, 77)
  })

  test('what the seal refuses, sops takes', async (context) => {
    const { sops, secrets, read, write } = await team(context)
    const { file } = FILES.yaml
    write(
      file,
      read(file)
        .replace('empty: ""', 'renamed: ""')
        .replace(/^#ENC.*\n/m, ''),
    )
    assert.is((await sops('decrypt', file)).status, 0)
    assert.is((await secrets('decrypt', file)).status, 51)
  })
})
