import { chmodSync, mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { armor, Encrypter } from 'age-encryption'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { findIdentities } from '../../../src/keys/age/find-identities.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { keyContext } from '../support/key-context.ts'
import { errorOf, metadata, opening, person, wrapped } from '../support/keyring-parts.ts'
import { fixtureEntries, fixtureIdentities } from '../support/sops-fixtures.ts'

suite('keyring: sources of identities', (test) => {
  test('each source opens a file', async (context) => {
    const folder = temporaryFolder(context)
    const alice = await person()
    const { key, groups } = await wrapped([await person(), alice])
    const file = join(folder, 'k.txt')
    writeFileSync(file, `# mine\n${alice.identity}\n`, { mode: 0o600 })
    const command = `'${process.execPath}' -p 'require("fs").readFileSync(process.argv[1], "utf8")' '${file}'`
    for (const prefix of ['SECRETS', 'SOPS']) {
      assert.is(await opening(groups, { [`${prefix}_AGE_KEY`]: alice.identity }), key)
      assert.is(await opening(groups, { [`${prefix}_AGE_KEY_FILE`]: file }), key)
      assert.is(await opening(groups, { [`${prefix}_AGE_KEY_CMD`]: command }), key)
    }
    mkdirSync(join(folder, 'sops', 'age'), { recursive: true })
    renameSync(file, join(folder, 'sops', 'age', 'keys.txt'))
    assert.is(await opening(groups, { XDG_CONFIG_HOME: folder }), key)
  })

  test('an unusable source does not keep a later one from opening; an earlier one spares the later', async () => {
    const alice = await person()
    const { key, groups } = await wrapped([await person(), alice])
    const env = { SECRETS_AGE_KEY: 'broken', SECRETS_AGE_KEY_FILE: '/nowhere/k.txt', SOPS_AGE_KEY: alice.identity }
    assert.is(await opening(groups, { ...env, SOPS_AGE_KEY_CMD: 'sh -c "touch /nowhere; exit 9"' }), key)
    const notes: string[] = []
    const command = `'${process.execPath}' -e 'console.error("ran")'`
    const given = { notify: (message: string) => notes.push(message) }
    await opening(groups, { SECRETS_AGE_KEY: alice.identity, SECRETS_AGE_KEY_CMD: command }, given)
    assert.equal(notes, [])
    await errorOf(opening(groups, { SECRETS_AGE_KEY_CMD: command }, given))
    assert.equal(notes, ['ran', 'ran'])
  })

  test('when nothing fits, the error names recipients, sources and the way out, and no secret', async () => {
    const [alice, bob, eve] = await Promise.all([person(), person(), person()])
    const { groups } = await wrapped([alice, bob])
    const env = {
      SECRETS_AGE_KEY: eve.identity,
      SECRETS_AGE_KEY_FILE: '/nowhere/k.txt',
      SOPS_AGE_KEY: `# x\n${alice.identity.slice(0, -3)}`,
    }
    const names = async () => new Map([[alice.recipient, 'alice']])
    const error = await errorOf(createKeyring(keyContext({ env, home: '/home/a' }), { names }).open(metadata(groups)))
    assert.equal(error.details, [
      `recipient alice (${alice.recipient})`,
      `recipient ${bob.recipient}`,
      `SECRETS_AGE_KEY: ${eve.recipient} is not a recipient of this file`,
      'SECRETS_AGE_KEY_FILE (/nowhere/k.txt): not found',
      'SOPS_AGE_KEY: line 2 is no age identity',
      '~/.config/sops/age/keys.txt: not found',
      'not set: SECRETS_AGE_KEY_CMD, SOPS_AGE_KEY_FILE, SOPS_AGE_KEY_CMD',
    ])
    assert.is(error.message, 'no identity here opens this file')
    assert.is(error.hint, `ask alice to run \`secrets grant\` for your key ${eve.recipient}`)
    assert.not.match(JSON.stringify(error.details) + error.stack, 'AGE-SECRET')
    const nothing = await errorOf(opening(groups, {}))
    assert.match(nothing.hint ?? '', /SECRETS_AGE_KEY.*secrets keygen.*secrets grant/)
  })

  test('a damaged entry of one’s own is told from a key that does not fit', async () => {
    const [alice, bob] = await Promise.all([person(), person()])
    const { key, groups } = await wrapped([alice, bob])
    const [entry, other] = groups[0] ?? []
    const blob = entry?.fields['enc']
    if (entry === undefined || other === undefined || typeof blob !== 'string') throw new Error('no entries')
    const broken: KeyEntry = {
      kind: 'age',
      fields: { ...entry.fields, enc: blob.replace(/.{9}\n-----END/, 'AAAAAAAAA\n-----END') },
    }
    const error = await errorOf(opening([[broken, other]], { SECRETS_AGE_KEY: alice.identity }))
    assert.match(error.details.join('\n'), /is a recipient, but the age file is damaged/)
    assert.match(error.hint ?? '', 'restore the file from git')
    assert.is(await opening([[broken, other]], { SECRETS_AGE_KEY: bob.identity }), key)
    for (const enc of ['', 'not armor', blob.slice(0, 200)]) {
      const cut: KeyEntry = { kind: 'age', fields: { ...entry.fields, enc } }
      assert.is((await errorOf(opening([[cut]], { SECRETS_AGE_KEY: alice.identity }))).code, 'CANNOT_OPEN')
    }
  })

  test('a share where a whole key belongs is refused', async () => {
    const [entry] = fixtureEntries('shamir.enc.yaml')
    if (entry === undefined) throw new Error('no entry')
    const error = await errorOf(opening([[entry]], { SECRETS_AGE_KEY: fixtureIdentities[0] }))
    assert.match(error.details.join('\n'), 'holds no key of 32 bytes')
  })

  test('a key file under a passphrase: right, wrong, nobody to ask, asked once', async () => {
    const alice = await person()
    const { key, groups } = await wrapped([alice])
    const encrypter = new Encrypter()
    encrypter.setPassphrase('correct horse')
    encrypter.setScryptWorkFactor(10)
    const env = { SECRETS_AGE_KEY: armor.encode(await encrypter.encrypt(`${alice.identity}\n`)) }
    const questions: string[] = []
    const answering = (...answers: string[]): Partial<KeyContext> => ({
      askPassphrase: (question) => {
        questions.push(question)
        return Promise.resolve(answers.shift() ?? 'wrong')
      },
    })
    assert.is(await opening(groups, env, answering('wrong', 'correct horse')), key)
    assert.equal(questions, [
      'passphrase of SECRETS_AGE_KEY',
      'wrong passphrase, try again: passphrase of SECRETS_AGE_KEY',
    ])
    const wrong = await errorOf(opening(groups, env, answering()))
    assert.match(wrong.details.join('\n'), 'SECRETS_AGE_KEY: is protected by a passphrase, and 3 wrong ones were given')
    assert.is(questions.length, 5)
    const nobody = await errorOf(opening(groups, env))
    assert.match(nobody.details.join('\n'), 'is protected by a passphrase and there is no terminal to ask on')
    const keyring = createKeyring(keyContext({ env, ...answering('correct horse') }))
    await Promise.all([keyring.open(metadata(groups)), keyring.open(metadata([...(await wrapped([alice])).groups]))])
    assert.is(questions.length, 6)
  })

  test('a report of all sources warns of a key file that others can read', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no such modes')
    const file = join(temporaryFolder(context), 'k.txt')
    const alice = await person()
    writeFileSync(file, alice.identity)
    chmodSync(file, 0o644)
    const found = await findIdentities(keyContext({ env: { SECRETS_AGE_KEY_FILE: file } }))
    const [source] = found.filter(({ recipients }) => recipients.length > 0)
    assert.equal(source?.recipients, [alice.recipient])
    assert.match(source?.warnings[0] ?? '', `chmod 600 ${file}`)
    assert.is(found.length, 7)
    chmodSync(file, 0o600)
    const again = await findIdentities(keyContext({ env: { SECRETS_AGE_KEY_FILE: file } }))
    assert.equal(
      again.flatMap(({ warnings }) => warnings),
      [],
    )
  })
})
