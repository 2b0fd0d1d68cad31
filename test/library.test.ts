import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  exportSecrets,
  isSecretsError,
  type KeyProvider,
  openSecrets,
  type SecretsError,
  type SecretsSession,
} from '../src/index.ts'
import { projectSandbox } from './support/project-sandbox.ts'
import { suite } from './support/suite.ts'

const YAML = '# the database\ndatabase:\n  password: "s3cret" # rotate\n  port: 5432\n  big: 9007199254740993\n'
const FILES = {
  'staging/app.yaml': YAML,
  'staging/app.env': 'TOKEN=abc\n',
  'production/a.json': '{"a": [1, null, true]}',
}

async function codeOf(action: Promise<unknown>): Promise<SecretsError> {
  const error = await action.then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  if (!isSecretsError(error)) throw new Error(`no error of ours: ${String(error)}`)
  return error
}

function textOf(field: unknown): string {
  return typeof field === 'string' ? field : ''
}

/** A key service that everybody trusts: it adds one to every byte. */
const shifting: KeyProvider = {
  id: 'shifting',
  summary: 'a service for tests',
  list: 'hc_vault',
  remote: false,
  pattern: '^shift:',
  canonical: (reference) => reference,
  referenceOf: ({ fields }) => (fields['engine_path'] === 'shift' ? `shift:${textOf(fields['key_name'])}` : undefined),
  wrap: async (reference, dataKey) => ({
    kind: 'hc_vault',
    fields: {
      vault_address: 'https://shift.example',
      engine_path: 'shift',
      key_name: reference.slice('shift:'.length),
      created_at: '2024-01-02T03:04:05Z',
      enc: Buffer.from(dataKey.map((byte) => byte + 1)).toString('base64'),
    },
  }),
  unwrap: async ({ fields }) => ({
    opened: Uint8Array.from(Buffer.from(textOf(fields['enc']), 'base64'), (byte) => byte - 1),
    by: 'shift',
  }),
}

suite('library', (test) => {
  test('gives one value by name, with the type that it has', async (context) => {
    const secrets = (await projectSandbox(context, FILES)).open()
    assert.is(await secrets.getText('staging', 'database.password'), 's3cret')
    assert.is(await secrets.get('staging', ['database', 'port']), 5432)
    assert.is(await secrets.get('staging/app.yaml', 'database.big'), 9007199254740993n)
    assert.equal(await secrets.get('production', 'a'), [1, null, true])
    assert.is((await codeOf(secrets.getText('staging', 'database.port'))).code, 'BAD_PATH')
  })

  test('reads all files of an environment', async (context) => {
    const secrets = (await projectSandbox(context, FILES)).open()
    const found = await secrets.read('staging')
    assert.equal(found.map(({ file }) => file).sort(), ['staging/app.env', 'staging/app.yaml'])
    assert.is(JSON.stringify(found.find(({ file }) => file.endsWith('.env'))?.documents), '[{"TOKEN":"abc"}]')
  })

  test('stores a value and keeps the text around it', async (context) => {
    const project = await projectSandbox(context, FILES)
    const secrets = project.open()
    const before = project.read('staging/app.yaml')
    assert.is(await secrets.set('staging', 'database.password', 'n3w'), 'changed')
    const plain = Buffer.from(await project.open().decrypt(project.read('staging/app.yaml'), 'yaml')).toString()
    assert.is(plain, YAML.replace('s3cret', 'n3w'))
    const lines = before.split('\n')
    const changed = project
      .read('staging/app.yaml')
      .split('\n')
      .filter((line, index) => line !== lines[index])
    assert.is(changed.filter((line) => !/lastmodified|mac:|seal:/.test(line)).length, 1)
    assert.is(await project.open().set('staging', 'database.password', 'n3w'), 'unchanged')
  })

  test('makes a file that an environment claims, and refuses one that none does', async (context) => {
    const project = await projectSandbox(context, FILES)
    assert.is(await project.open().set('staging/new/deep.json', 'a.b', { list: ['x', 1.5, false] }), 'created')
    assert.equal(await project.open().get('staging/new/deep.json', 'a.b.list'), ['x', 1.5, false])
    assert.is((await codeOf(project.open().set('elsewhere.json', 'a', 'x'))).code, 'UNKNOWN_TARGET')
    assert.not.ok(existsSync(join(project.folder, 'elsewhere.json')))
  })

  test('removes a value', async (context) => {
    const project = await projectSandbox(context, FILES)
    await project.open().unset('staging', 'TOKEN')
    const error = await codeOf(project.open().get('staging/app.env', 'TOKEN'))
    assert.is(error.code, 'BAD_PATH')
  })

  test('refuses what would stand in clear, unless it is allowed', async (context) => {
    const project = await projectSandbox(context, FILES)
    const before = project.read('staging/app.yaml')
    const error = await codeOf(project.open().set('staging/app.yaml', 'note_unencrypted', 'x'))
    assert.is(error.code, 'SELECTION_EMPTY')
    assert.is(project.read('staging/app.yaml'), before)
    await project.open().set('staging/app.yaml', 'note_unencrypted', 'x', { allowPlaintext: true })
    assert.match(project.read('staging/app.yaml'), /^note_unencrypted: x$/m)
  })

  test('encrypts and decrypts in memory, for an environment or for recipients', async (context) => {
    const project = await projectSandbox(context, FILES)
    const secrets = project.open()
    for (const target of [{ environment: 'staging' }, { recipients: [project.recipient] }]) {
      const sealed = await secrets.encrypt(YAML, 'yaml', target)
      assert.not.match(Buffer.from(sealed).toString(), /s3cret/)
      assert.is(Buffer.from(await project.open().decrypt(sealed, 'yaml')).toString(), YAML)
    }
    assert.is((await codeOf(secrets.encrypt(YAML, 'yaml', { environment: 'nope' }))).code, 'UNKNOWN_TARGET')
    assert.is(
      (await codeOf(secrets.encrypt('a_unencrypted: 1\n', 'yaml', { environment: 'staging' }))).code,
      'SELECTION_EMPTY',
    )
  })

  test('takes key providers of its user', async (context) => {
    const project = await projectSandbox(context, FILES)
    const withProvider = (): SecretsSession => project.open({ env: {}, providers: [shifting] })
    const sealed = await withProvider().encrypt('A=1\n', 'dotenv', { recipients: ['shift:one'] })
    assert.is(Buffer.from(await withProvider().decrypt(sealed, 'dotenv')).toString(), 'A=1\n')
    assert.is(
      (await codeOf(project.open({ env: {} }).encrypt('A=1\n', 'dotenv', { recipients: ['shift:one'] }))).code,
      'BAD_RECIPIENT',
    )
  })

  test('looks at no environment but the given one', async (context) => {
    const project = await projectSandbox(context, FILES)
    const error = await codeOf(project.open({ env: {} }).get('staging', 'TOKEN'))
    assert.is(error.code, 'CANNOT_OPEN')
    assert.not.match(JSON.stringify([error.message, error.hint, error.details]), /abc|AGE-SECRET/)
  })

  test('says where there is no project to encrypt', async (context) => {
    const project = await projectSandbox(context, {})
    const secrets = openSecrets({ env: project.env, cwd: join(project.folder, '..'), home: project.folder })
    assert.is((await codeOf(secrets.encryptFiles())).code, 'CONFIG_NOT_FOUND')
  })

  test('exports values in any format, as text or as files', async (context) => {
    const secrets = (await projectSandbox(context, FILES)).open()
    const sh = await exportSecrets(secrets, 'staging', { format: 'sh', upperCase: true, except: ['database.big'] })
    assert.equal(sh, { text: "export TOKEN='abc'\nexport DATABASE_PASSWORD='s3cret'\nexport DATABASE_PORT='5432'\n" })
    const mapped = await exportSecrets(secrets, ['staging/app.yaml'], {
      format: 'dotenv',
      dialect: 'docker',
      map: { DB_PASSWORD: 'database.password' },
    })
    assert.equal(mapped, { text: 'DB_PASSWORD=s3cret\n' })
    const files = await exportSecrets(secrets, 'staging', { format: 'docker-secrets', only: ['TOKEN'] })
    assert.ok('files' in files && files.files[0]?.name === 'TOKEN')
  })

  test('exports nothing that its reader would change', async (context) => {
    const secrets = (await projectSandbox(context, FILES)).open()
    const error = await codeOf(exportSecrets(secrets, 'staging/app.yaml', { format: 'json' }))
    assert.is(error.code, 'UNREPRESENTABLE')
    assert.match(error.details.join(), /staging.app\.yaml: database\.big: /)
    assert.is((await codeOf(exportSecrets(secrets, 'staging', { format: 'xml' }))).code, 'UNKNOWN_FORMAT')
    assert.is((await codeOf(exportSecrets(secrets, 'staging', { format: 'sh', only: ['x'] }))).code, 'BAD_PATH')
    const unknown = exportSecrets(secrets, 'staging', { format: 'json', dialect: 'x' })
    assert.is((await codeOf(unknown)).code, 'USAGE')
  })
})
