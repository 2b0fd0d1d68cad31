/** What a pattern that is too wide must not encrypt: git's own files, the configuration, keys; with real git. */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite, type TestContext } from '../support/suite.ts'
import { type SecretRepository, secretRepository } from './secret-repository.ts'

const NAMES = ['.gitattributes', '.gitignore', '.gitmodules', '.secretsrc', '.secretsrc.example', '.sops.yaml']
const KEY = 'AGE-SECRET-KEY-1YR69VMP0E8X3DX7K66CD0DTS7CPMADV4FRWKT6QF6PQM52GFA3XSHJT3H4'

for (const checkout of ['encrypted', 'decrypted']) {
  suite(`a pattern that names everything (${checkout})`, (test) => {
    test('leaves files of git and of the configuration as they are, whatever command runs', async (context) => {
      const repository = await tooWide(context, checkout)
      const before = contents(repository)
      for (const name of NAMES) {
        const { stdout } = await repository.git('check-attr', 'filter', name, `sub/${name}`)
        assert.not.match(stdout, 'filter: secrets', name)
      }
      await repository.git('add', '--all')
      for (const [name, content] of before) assert.is((await repository.git('show', `:${name}`)).stdout, content, name)
      assert.match((await repository.git('show', ':app.yaml')).stdout, 'ENC[')
      for (const args of [
        ['encrypt'],
        ['encrypt', 'all'],
        ['encrypt', '**'],
        ['sync', '--yes'],
        ['rotate'],
        ['status'],
      ]) {
        await repository.secrets(...args)
        assert.equal(contents(repository), before, args.join(' '))
      }
      const checked = await repository.secrets('check')
      for (const name of NAMES) assert.not.match(checked.stdout, name)
      const { stdout } = await repository.secrets('status', '--json')
      for (const name of NAMES) assert.not.match(stdout, `"${name}"`)
    }, 180)

    test('refuses key files, with what to do instead', async (context) => {
      const repository = await tooWide(context, checkout)
      repository.write('ci/keys.txt', `# created: today\n${KEY}\n`)
      const added = await repository.tryGit('add', '--all')
      assert.is.not(added.status, 0)
      assert.match(added.stderr, 'ci/keys.txt: this is a key file, and belongs in no commit')
      for (const args of [
        ['encrypt', 'all'],
        ['encrypt', '**/*.txt'],
        ...(checkout === 'encrypted' ? [['encrypt']] : []),
      ]) {
        const refused = await repository.secrets(...args)
        assert.is.not(refused.status, 0)
        assert.match(refused.stderr, 'ci/keys.txt: this is a key file')
        assert.not.match(refused.stderr, 'YR69')
        assert.match(repository.read('ci/keys.txt'), KEY)
        assert.not.match(repository.read('app.yaml'), 'ENC[')
      }
      await repository.secrets('sync', '--yes')
      assert.match(repository.read('ci/keys.txt'), KEY)
      const past = [
        '-c',
        'filter.secrets.process=',
        '-c',
        'filter.secrets.clean=',
        '-c',
        'filter.secrets.required=false',
      ]
      await repository.git(...past, 'add', '--all')
      const checked = await repository.secrets('check')
      assert.is(checked.status, 1)
      assert.match(checked.stdout, /ci\/keys\.txt:2:1: a secret key of age, which belongs in no commit/)
      // Whoever names the file itself means it: a key that is a secret to be shared.
      assert.is((await repository.secrets('encrypt', 'ci/keys.txt')).status, 0)
      assert.not.match(repository.read('ci/keys.txt'), KEY)
    }, 180)
  })
}

async function tooWide(context: Pick<TestContext, 'onCleanup'>, checkout: string): Promise<SecretRepository> {
  const repository = await secretRepository(
    context,
    `version: 1\nrecipients: {alice: {ALICE}}\nenvironments:\n  all: {files: '**', recipients: [alice], checkout: ${checkout}}\n`,
  )
  for (const name of NAMES.filter((each) => !existsSync(join(repository.folder, each)))) {
    repository.write(name, `# ${name}\n`)
  }
  for (const name of NAMES.slice(0, 3)) repository.write(`sub/${name}`, '# below\n')
  repository.write('app.yaml', 'db: marker\n')
  return repository
}

function contents(repository: SecretRepository): ReadonlyMap<string, string> {
  const names = [...NAMES, ...NAMES.slice(0, 3).map((name) => `sub/${name}`)]
  return new Map(names.map((name) => [name, repository.read(name)]))
}
