import { randomBytes } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { KeyEntry } from '../../../src/core/metadata-model.ts'
import { sealText } from '../../../src/core/seal-text.ts'
import { formatByName } from '../../../src/formats/find-format.ts'
import type { Keyring } from '../../../src/keys/keyring.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { accessMatrix } from '../../../src/project/access/access-matrix.ts'
import { withRecipient } from '../../../src/project/access/add-recipient.ts'
import { exposures } from '../../../src/project/access/exposure.ts'
import { planRevocation, planSync } from '../../../src/project/access/plan-access.ts'
import { planRotation } from '../../../src/project/access/rotate-file.ts'
import { refuseStillReading } from '../../../src/project/access/still-reading.ts'
import { diffFiles } from '../../../src/project/diff-files.ts'
import { differences } from '../../../src/project/differences.ts'
import { refuseUnexpectedRecipients } from '../../../src/project/expected-recipients.ts'
import { fileStatus, isInOrder } from '../../../src/project/file-status.ts'
import type { Project } from '../../../src/project/model.ts'
import { readSecretsrc } from '../../../src/project/read-secretsrc.ts'
import { readSecretFile, type SecretFile } from '../../../src/project/secret-file.ts'
import { resolveTargets } from '../../../src/project/targets.ts'
import { keyContext } from '../../keys/support/key-context.ts'
import { errorOf, metadata, type Person, person } from '../../keys/support/keyring-parts.ts'
import { writeBelow } from '../../support/git-sandbox.ts'
import { projectRoot } from '../../support/imports.ts'
import { TEST_TIME } from '../../support/sealing.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const SSH = publicKey('ed25519')
const VERSION = '0123456789abcdef0123456789abcdef'
const AZURE = 'https://acme.vault.azure.net/keys/sops'
const ARN = 'arn:aws:kms:eu-west-1:111122223333'
const KEY_ID = 'key/01234567-89ab-cdef-0123-456789abcdef'
const PRIMARY = 'A'.repeat(40)
const SUB_KEY = 'B'.repeat(40)
const enc = 'x'

/** How a file writes the key, and how a configuration does. */
interface Notations {
  readonly entry: KeyEntry
  readonly same: readonly string[]
  readonly other: readonly string[]
}

const KINDS: Readonly<Record<string, Notations>> = {
  'an SSH key': {
    entry: { kind: 'age', fields: { recipient: `${SSH} root@host`, enc } },
    same: [SSH, `${SSH} root@host`, `${SSH} ann@laptop`],
    other: [publicKey('ed25519-protected')],
  },
  'a key of Azure': {
    entry: {
      kind: 'azure_kv',
      fields: { vault_url: 'https://acme.vault.azure.net', name: 'sops', version: VERSION, enc },
    },
    same: [AZURE, `${AZURE}/${VERSION}`],
    other: [`${AZURE}/${VERSION.replace('0', 'f')}`, `${AZURE}2`],
  },
  'a key of AWS by its alias': {
    entry: { kind: 'kms', fields: { arn: `${ARN}:alias/app`, enc } },
    same: [`${ARN}:alias/app`],
    other: [`${ARN}:${KEY_ID}`],
  },
  'a key of AWS by its ARN': {
    entry: { kind: 'kms', fields: { arn: `${ARN}:${KEY_ID}`, aws_profile: '', context: { b: '2', a: '1' }, enc } },
    same: [`${ARN}:${KEY_ID}|a:1,b:2`, `${ARN}:${KEY_ID}|b:2,a:1`],
    other: [`${ARN}:${KEY_ID}`, `${ARN}:alias/app|a:1,b:2`],
  },
  'a key of Vault': {
    entry: {
      kind: 'hc_vault',
      fields: { vault_address: 'https://v:8200/', engine_path: '/transit/', key_name: 'k', enc },
    },
    same: ['https://v:8200/v1/transit/keys/k', 'https://v:8200/v1/transit/keys/k/'],
    other: ['https://w:8200/v1/transit/keys/k'],
  },
  'a PGP key': {
    entry: { kind: 'pgp', fields: { fp: PRIMARY, enc } },
    same: [PRIMARY, `0x${PRIMARY.toLowerCase()}`, PRIMARY.replace(/(.{4})/g, '$1 ')],
    other: [SUB_KEY, `${PRIMARY}!`, PRIMARY.slice(-16)],
  },
}

function publicKey(name: string): string {
  const line = readFileSync(join(projectRoot, `test/fixtures/ssh/${name}.pub`), 'utf8')
  return line.trim().split(' ').slice(0, 2).join(' ')
}

const alice: Person = await person()
const keyring: Keyring = createKeyring(keyContext({ env: { SECRETS_AGE_KEY: alice.identity } }))

interface Situation {
  readonly project: Project
  readonly file: SecretFile
  readonly cwd: string
}

/** A file that alice and the key of `entry` can read, in an environment that names alice and the key as `reference`. */
async function situation(
  context: Pick<TestContext, 'onCleanup'>,
  entry: KeyEntry,
  reference: string,
  members = '[alice, other]',
): Promise<Situation> {
  const cwd = temporaryFolder(context)
  const config = `version: 1\nrecipients: { alice: ${alice.recipient}, other: '${reference}' }\nenvironments: { e: { files: a.env, recipients: ${members} } }\n`
  const project = await readSecretsrc(Buffer.from(config), join(cwd, '.secretsrc'))
  writeBelow(cwd, '.secretsrc', config)
  const dataKey = randomBytes(32)
  const [group = []] = await keyring.wrap(dataKey, [[alice.recipient]], 0)
  const sealed = await sealText(await formatByName('dotenv'), Buffer.from('A=one\n'), {
    dataKey,
    groups: [[...group, entry]],
    shamirThreshold: 0,
    selection: { by: 'unencrypted_suffix', pattern: '_unencrypted' },
    macOnlyEncrypted: false,
    now: TEST_TIME,
  })
  writeBelow(cwd, 'a.env', Buffer.from(sealed.content))
  const [target] = await resolveTargets(['a.env'], { project, cwd })
  if (target === undefined) throw new Error('no target')
  return { project, file: await readSecretFile(target, { project }), cwd }
}

function azureEntry(version: string): KeyEntry {
  return { kind: 'azure_kv', fields: { vault_url: 'https://acme.vault.azure.net', name: 'sops', version, enc } }
}

suite('covered recipients', (test) => {
  for (const [kind, { entry, same, other }] of Object.entries(KINDS)) {
    for (const reference of same) {
      test(`${kind} is the one that the configuration writes as ${reference.slice(0, 90)}`, async (context) => {
        const { project, file, cwd } = await situation(context, entry, reference)
        const options = { project, keyring, now: () => TEST_TIME, cwd }
        const [environment] = project.environments
        const rows = await accessMatrix({ project, keyring, cwd, environments: project.environments })
        assert.equal(
          rows.map(({ name, cells }) => [name, cells[0]?.configured, cells[0]?.readable]),
          [
            ['alice', true, 1],
            ['other', true, 1],
          ],
        )
        assert.ok(isInOrder(await fileStatus(file.target, { project, keyring, checkMac: true })))
        await refuseUnexpectedRecipients(file, { project, keyring })
        const [synced] = await planSync([file.target], options)
        assert.is(synced?.state, 'unchanged')
        const known = [await keyring.canonical(reference)]
        const versions = [{ commit: 'c', date: '2024-01-01T00:00:00Z', file }]
        assert.equal(await exposures({ versions, present: [file], keyring, known, references: undefined }), [])
        const [exposed] = await exposures({
          versions,
          present: [file],
          keyring,
          references: known,
          losing: new Set([file.target.path]),
        })
        assert.equal(
          exposed?.values.map(({ state }) => state),
          ['exposed'],
        )
        assert.match((await errorOf(refuseStillReading('other', options))).message, 'other can still read a file')
        const again = await errorOf(
          withRecipient(readFileSync(project.file, 'utf8'), { name: 'again', reference }, options),
        )
        assert.match(again.message, 'this key is in the configuration already, as other')
        if (environment === undefined || file.sealed === undefined) throw new Error('nothing to compare')
        const found = await differences(file.sealed.metadata, environment, { project, keyring, selectable: true })
        assert.equal([found.missing, found.extra], [[], []])
      })

      test(`${kind} is taken away by that name: ${reference.slice(0, 90)}`, async (context) => {
        const { project, cwd } = await situation(context, entry, reference)
        const plan = await planRevocation(
          { name: 'other', environments: [] },
          { project, keyring, now: () => TEST_TIME, cwd },
        )
        assert.equal(
          plan.files.map(({ state, newDataKey, differences: { extra } }) => [state, newDataKey, extra[0]?.name]),
          [['changed', true, 'other']],
        )
        const after = await planRevocation(
          { name: 'other', environments: [] },
          {
            project: (await situation(context, entry, reference, '[alice]')).project,
            keyring,
            now: () => TEST_TIME,
            cwd,
          },
        )
        assert.is(after.config.change, undefined)
      })
    }

    for (const reference of other) {
      test(`${kind} is not ${reference.slice(0, 90)}`, async (context) => {
        const { project, file, cwd } = await situation(context, entry, reference)
        const rows = await accessMatrix({ project, keyring, cwd, environments: project.environments })
        assert.equal(
          rows.map(({ name, cells }) => [name, cells[0]?.configured, cells[0]?.readable]),
          [
            ['alice', true, 1],
            ['other', true, 0],
            [undefined, false, 1],
          ],
        )
        assert.is((await errorOf(refuseUnexpectedRecipients(file, { project, keyring }))).code, 'UNEXPECTED_RECIPIENT')
        assert.is(
          (await errorOf(planRotation([file.target], { project, keyring, now: () => TEST_TIME }))).code,
          'UNEXPECTED_RECIPIENT',
        )
      })
    }
  }

  test('a difference in notation is none between two versions', async (context) => {
    const before = await situation(context, azureEntry(VERSION), AZURE)
    const after = await situation(context, azureEntry(VERSION.replace('0', 'f')), AZURE)
    const [found] = await diffFiles([before.file], [{ ...after.file, target: before.file.target }], {
      project: before.project,
      keyring,
    })
    assert.equal(found?.recipients ?? { added: [], removed: [] }, { added: [], removed: [] })
  })

  test('of two names, the one that the environment has is meant', async (context) => {
    const entry: KeyEntry = {
      kind: 'azure_kv',
      fields: { vault_url: 'https://acme.vault.azure.net', name: 'sops', version: VERSION, enc },
    }
    const { file, cwd } = await situation(context, entry, AZURE)
    const config = `version: 1\nrecipients: { alice: ${alice.recipient}, exact: ${AZURE}/${VERSION}, any: ${AZURE} }\nenvironments: { e: { files: a.env, recipients: [alice, any] } }\n`
    const project = await readSecretsrc(Buffer.from(config), join(cwd, '.secretsrc'))
    const [target] = await resolveTargets(['a.env'], { project, cwd })
    await refuseUnexpectedRecipients({ ...file, target: target ?? file.target }, { project, keyring })
  })

  test('new data keys are for the recipient as the configuration writes it', async (context) => {
    const entry: KeyEntry = { kind: 'age', fields: { recipient: `${SSH} root@host`, enc } }
    const { project, file } = await situation(context, entry, `${SSH} ann@laptop`)
    const [plan] = await planRotation([file.target], { project, keyring, now: () => TEST_TIME })
    const content = Buffer.from(plan?.change?.content ?? '').toString('utf8')
    assert.match(content, 'ann@laptop')
    assert.not.match(content, 'root@host')
  })

  test('an error names a recipient by its name, however the file writes it', async () => {
    const group = [{ kind: 'age', fields: { recipient: `${SSH} root@host`, enc } }]
    const names = async (): Promise<ReadonlyMap<string, string>> => new Map([[`${SSH} ann@laptop`, 'ann']])
    const error = await errorOf(createKeyring(keyContext(), { names }).open(metadata([group])))
    assert.match(error.details[0] ?? '', /^recipient ann \(ssh-ed25519 /)
  })

  test('a configuration that names one SSH key twice is refused, whatever the comments', async () => {
    const config = `version: 1\nrecipients:\n  a: ${SSH} one\n  b: ${SSH}  two\nenvironments: { e: { files: x, recipients: [a, b] } }\n`
    const error = await errorOf(readSecretsrc(Buffer.from(config), '/.secretsrc'))
    assert.match(JSON.stringify([error.message, error.details]), 'are the same key')
  })
})
