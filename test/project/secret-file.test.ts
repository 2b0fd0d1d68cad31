import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError, SecretsError } from '../../src/core/errors.ts'
import { DEFAULT_SELECTION, type KeyGroup } from '../../src/core/metadata-model.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import type { Keyring } from '../../src/keys/keyring.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { readSopsConfig } from '../../src/project/read-sops-config.ts'
import { sealingRule, sealNewFile } from '../../src/project/seal-new-file.ts'
import { changeOf, openSecretFile, readSecretFile, type SecretFile } from '../../src/project/secret-file.ts'
import { resolveTargets } from '../../src/project/targets.ts'
import { writeFiles } from '../../src/project/write-files.ts'
import { projectRoot } from '../support/imports.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

/** Keeps the data key itself, as hexadecimal digits, in the place of a wrapped one. */
const keyring: Keyring = {
  open: async ({ groups }) => {
    const { enc } = groups[0]?.[0]?.fields ?? {}
    return Buffer.from(typeof enc === 'string' ? enc : '', 'hex')
  },
  wrap: async (dataKey, groups) =>
    groups.map(
      (group): KeyGroup =>
        group.map((recipient) => ({ kind: 'age', fields: { recipient, enc: Buffer.from(dataKey).toString('hex') } })),
    ),
  references: async () => [],
  known: async (references) => references,
  canonical: async (reference) => {
    if (reference === 'bad') throw new SecretsError('BAD_RECIPIENT', 'no kind of recipient')
    return reference
  },
}

const RULE = { groups: [['one', 'one', 'two']], threshold: 0, selection: DEFAULT_SELECTION, macOnlyEncrypted: false }
const NOW = new Date('2026-01-01T00:00:00Z')

async function fileAt(path: string, format?: string): Promise<SecretFile> {
  const [target] = await resolveTargets([path], { project: undefined, cwd: '/' })
  if (target === undefined) throw new Error('no target')
  return readSecretFile(target, { project: undefined, format })
}

async function codeOf(action: Promise<unknown>): Promise<readonly [string, string | undefined]> {
  return action.then(
    () => ['nothing was refused', undefined] as const,
    (error: unknown) =>
      isSecretsError(error) ? ([error.code, error.place.file] as const) : [String(error), undefined],
  )
}

suite('secret file', (test) => {
  test('is encrypted, written, read and opened again, the same to the byte', async (context) => {
    const folder = temporaryFolder(context)
    for (const [name, content] of [
      ['a b.yaml', 'a: 1 # x\r\nb: "ü"\r\n'],
      ['.env', 'A=1'],
      ['x.pem', '\u0000binary'],
    ] as const) {
      const path = join(folder, name)
      writeFileSync(path, content)
      const plain = await fileAt(path)
      assert.is(plain.sealed, undefined)
      const { content: encrypted } = await sealNewFile(plain.format, plain.bytes, {
        rule: RULE,
        keyring,
        now: NOW,
        shown: path,
      })
      await writeFiles([changeOf(plain, encrypted)])
      const sealed = await fileAt(path)
      assert.equal(
        sealed.sealed?.metadata.groups.map((group) => group.map((entry) => entry.fields['recipient'])),
        [['one', 'two']],
      )
      assert.is(Buffer.from((await openSecretFile(sealed, keyring)).content).toString(), content)
    }
  })

  test('a change of what was read is refused when the file is no longer that', async (context) => {
    const path = join(temporaryFolder(context), 'a.yaml')
    writeFileSync(path, 'a: 1\n')
    const file = await fileAt(path)
    writeFileSync(path, 'a: 2\n')
    assert.equal(await codeOf(writeFiles([changeOf(file, Buffer.from('a: 3\n'))])), ['FILE_CHANGED', path])
    assert.is(readFileSync(path, 'utf8'), 'a: 2\n')
  })

  test('every error names the file', async (context) => {
    const path = join(temporaryFolder(context), 'a.yaml')
    writeFileSync(path, 'a: 1\n')
    const file = await fileAt(path)
    assert.equal(await codeOf(openSecretFile(file, keyring)), ['NOT_ENCRYPTED', path])
    const options = { rule: { ...RULE, groups: [['bad']] }, keyring, now: NOW, shown: path }
    assert.equal(await codeOf(sealNewFile(file.format, file.bytes, options)), ['BAD_RECIPIENT', path])
    writeFileSync(path, 'a: [\n')
    assert.equal(await codeOf(fileAt(path)), ['FORMAT_INVALID', path])
    assert.equal((await codeOf(fileAt(path, 'toml')))[0], 'UNKNOWN_FORMAT')
  })

  test('reads what sops wrote', async (context) => {
    const fixtures = join(projectRoot, 'test', 'fixtures', 'sops-3.13.2')
    if (!existsSync(fixtures)) context.skip('no fixtures')
    const folder = temporaryFolder(context)
    for (const name of ['basic.enc.env', 'basic.enc.ini', 'blob.enc.bin', 'shamir.enc.yaml', 'nums.enc.json']) {
      copyFileSync(join(fixtures, name), join(folder, name))
      assert.ok((await fileAt(join(folder, name))).sealed, name)
    }
  })

  test('an environment is a rule; one that names nobody is none', async () => {
    const text =
      'version: 1\nrecipients: { a: age1x }\nenvironments: { dev: { files: x, recipients: a, mac: encrypted } }\n'
    const project = await readSecretsrc(Buffer.from(text), '/.secretsrc')
    const [environment] = project.environments
    if (environment === undefined) throw new Error('no environment')
    assert.equal(sealingRule(project, environment), {
      ...RULE,
      groups: [['age1x']],
      macOnlyEncrypted: true,
      seal: true,
    })
    const sops = await readSopsConfig(Buffer.from('creation_rules: [{ path_regex: a }]'), '/.sops.yaml')
    const [rule] = sops.environments
    if (rule === undefined) throw new Error('no rule')
    assert.throws(
      () => sealingRule(sops, rule),
      (error: unknown) => isSecretsError(error) && error.code === 'NO_RECIPIENTS',
    )
    assert.is((await formatByName('yaml')).name, 'yaml')
  })
})
