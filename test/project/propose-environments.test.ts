import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { findLikelyFiles, type LikelyFile } from '../../src/project/find-likely-files.ts'
import { newConfigFile, refuseExisting } from '../../src/project/init-place.ts'
import { environmentFor, proposeEnvironments } from '../../src/project/propose-environments.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { secretsrcText } from '../../src/project/secretsrc-text.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { writeBelow } from '../support/git-sandbox.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { ALICE } from './secretsrc-cases.ts'

const MANIFEST = 'apiVersion: v1\nkind: Secret\ndata: {}\n'

const LIKELY: Readonly<Record<string, string>> = {
  '.env': 'A=1\n',
  '.env.production': 'A=1\n',
  'app/config.env': 'A=1\n',
  'certs/server.key': 'x',
  'certs/server.pem': 'x',
  'config/credentials.json': '{}',
  'deploy/db.yaml': MANIFEST,
  'deploy/two.yaml': `kind: ConfigMap\n---\n${MANIFEST}`,
  'deploy/db.json': '{"apiVersion": "v1", "kind": "Secret"}',
  'secrets/any.yaml': 'a: 1\n',
  'my-secret': 'x',
}

const UNLIKELY: Readonly<Record<string, string>> = {
  '.env.example': 'A=1\n',
  'secrets.sample.yaml': 'a: 1\n',
  'src/secret-service.ts': 'x',
  'secrets/README': 'x',
  'certs/server.pub': 'x',
  'deploy/app.yaml': 'kind: Deployment\nname: Secret\n',
  'node_modules/a/.env': 'A=1\n',
  'vendor/a/.env': 'A=1\n',
  'test/fixtures/.env': 'A=1\n',
  '.git/secrets.yaml': 'a: 1\n',
  'empty.env': '',
  'keys/secret-keys.txt': '# created\nAGE-SECRET-KEY-1XXX\n',
}

function likely(path: string, isManifest = false): LikelyFile {
  return { path, isManifest, isEncrypted: false }
}

suite('find-likely-files', (test) => {
  test('finds what its name or its content gives away, and nothing else', async (context) => {
    const root = temporaryFolder(context)
    for (const [path, text] of Object.entries({ ...LIKELY, ...UNLIKELY })) writeBelow(root, path, text)
    const found = await findLikelyFiles(root)
    assert.equal(
      found.map(({ path }) => path),
      Object.keys(LIKELY).sort(),
    )
    assert.equal(
      found.filter(({ isManifest }) => isManifest).map(({ path }) => path),
      ['deploy/db.json', 'deploy/db.yaml', 'deploy/two.yaml'],
    )
  })

  test('follows no link', async (context) => {
    if (process.platform === 'win32') context.skip('links need a right on Windows')
    const [root, elsewhere] = [temporaryFolder(context), temporaryFolder(context)]
    writeBelow(elsewhere, 'secrets.yaml', 'a: 1\n')
    symlinkSync(join(elsewhere, 'secrets.yaml'), join(root, 'secrets.yaml'))
    symlinkSync(elsewhere, join(root, 'folder'))
    symlinkSync(join(root, 'nothing'), join(root, '.env'))
    assert.equal(await findLikelyFiles(root), [])
  })

  test('knows what is encrypted already', async (context) => {
    const root = temporaryFolder(context)
    writeBelow(root, 'app.yaml', 'a: ENC[AES256_GCM,x]\nsops:\n    mac: ENC[AES256_GCM,y]\n    version: 3.13.2\n')
    assert.equal(await findLikelyFiles(root), [{ path: 'app.yaml', isManifest: false, isEncrypted: true }])
  })
})

suite('propose-environments', (test) => {
  test('guesses from the words of a path', () => {
    const guesses = [
      ['.env', 'development'],
      ['.env.prod', 'production'],
      ['deploy/stage/x.yaml', 'staging'],
      ['product/secrets.yaml', 'development'],
      ['live-secrets.json', 'production'],
    ] as const
    assert.equal(
      guesses.map(([path]) => environmentFor(path, [])),
      guesses.map(([, environment]) => environment),
    )
    assert.is(environmentFor('secrets.eu.yaml', ['us', 'eu']), 'eu')
    assert.is(environmentFor('secrets.yaml', ['us', 'eu']), 'us')
  })

  test('splits manifests off where an environment has other files too', () => {
    const files = [likely('.env.prod'), likely('prod/a.yaml', true), likely('staging/b.yaml', true)]
    const proposed = proposeEnvironments(files, { names: [], recipients: ['me'] })
    assert.equal(
      proposed.map(({ name, files: patterns, selection }) => [name, patterns, selection?.by]),
      [
        ['staging', ['staging/b.yaml'], 'encrypted_regex'],
        ['production', ['.env.prod'], undefined],
        ['production-kubernetes', ['prod/a.yaml'], 'encrypted_regex'],
      ],
    )
  })

  test('proposes usual environments where there is no file, and the ones that were named', () => {
    const all = proposeEnvironments([], { names: [], recipients: ['me'] })
    assert.equal(
      all.map(({ name, files }) => [name, files]),
      [
        ['development', ['secrets/development.*']],
        ['staging', ['secrets/staging.*']],
        ['production', ['secrets/production.*']],
      ],
    )
    assert.equal(
      proposeEnvironments([likely('a.env')], { names: ['one', 'two'], recipients: ['me'] }).map(({ files }) => files),
      [['a.env'], ['secrets/two.*']],
    )
  })

  test('makes a configuration that is valid and claims every file, whatever they are called', async () => {
    const name = fc.stringMatching(/^[a-z*?[\]{}#: '"!-]{1,12}$/).map((text) => `f/${text.trim()}x.env`)
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(name, { maxLength: 5 }), async (paths) => {
        const environments = proposeEnvironments(
          paths.map((path) => likely(path)),
          { names: [], recipients: ['me'] },
        )
        const text = secretsrcText({ recipients: [{ name: 'me', reference: ALICE }], environments })
        const project = await readSecretsrc(Buffer.from(text), '/p/.secretsrc')
        const patterns = project.environments.flatMap((environment) => environment.patterns)
        for (const path of paths) {
          assert.is(patterns.filter(({ matches }) => matches(path)).length, 1, path)
        }
      }),
      { numRuns: 200 },
    )
  })
})

suite('init-place', (test) => {
  test('is the root of the repository, or the folder itself', async (context) => {
    const root = temporaryFolder(context)
    assert.is(await newConfigFile(root), join(root, '.secretsrc'))
    writeBelow(root, '.git/HEAD', '')
    writeBelow(root, 'a/b/c', '')
    assert.is(await newConfigFile(join(root, 'a', 'b')), join(root, '.secretsrc'))
  })

  test('is refused when it is taken', async (context) => {
    const root = temporaryFolder(context)
    await refuseExisting(join(root, '.secretsrc'), '.secretsrc')
    writeBelow(root, '.secretsrc', '')
    assert.is((await errorOf(refuseExisting(join(root, '.secretsrc'), '.secretsrc'))).code, 'ALREADY_EXISTS')
  })
})
