import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runProgram } from '../support/run-program.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { runIn, type SecretRepository, secretRepository } from './secret-repository.ts'

/** A repository with an encrypted file in both environments. */
async function repository(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const made = await secretRepository(context)
  made.write('prod/a.yaml', 'password: marker-plain\nother: b\n')
  made.write('dev/a.env', 'PASSWORD=marker-plain\n')
  await made.git('add', '--all')
  await made.commit('first')
  return made
}

async function check(made: SecretRepository, ...args: readonly string[]): Promise<readonly string[]> {
  const { stdout, stderr } = await made.secrets('check', '--json', ...args)
  assert.not.match(stdout + stderr, /marker-/)
  const { problems }: { problems: { rule: string; file: string }[] } = JSON.parse(stdout)
  return problems.map(({ rule, file }) => `${rule} ${file}`)
}

/** Puts content into the index as it is, past the filter. */
async function store(made: SecretRepository, path: string, content: string): Promise<void> {
  made.write('.git/content', content)
  const object = (await made.git('hash-object', '-w', '--no-filters', '.git/content')).stdout.trim()
  await made.git('update-index', '--add', '--cacheinfo', `100644,${object},${path}`)
}

suite('check-repository', (test) => {
  test('finds nothing in what the filter stored, whichever way it is checked out', async (context) => {
    const made = await repository(context)
    assert.match(made.read('dev/a.env'), /marker/)
    assert.equal(await check(made), [])
    assert.equal(await check(made, '--staged'), [])
    made.loseKey()
    assert.equal(await check(made), [])
  })

  test('finds files that .gitattributes does not name, where it names others', async (context) => {
    const made = await repository(context)
    const lines = made.read('.gitattributes').split('\n')
    await store(made, '.gitattributes', lines.filter((line) => !line.includes('prod')).join('\n'))
    assert.equal(await check(made), ['no-attributes prod/a.yaml'])
    await store(made, '.gitattributes', '')
    assert.equal((await check(made)).toSorted(), ['no-attributes dev/a.env', 'no-attributes prod/a.yaml'])
    assert.equal(await check(made, 'production'), [], 'whoever never meant to use the filter is not told to')
  })

  test('finds a commit that would have git store files in clear that it leaves alone', async (context) => {
    const made = await repository(context)
    await made.git('commit', '--quiet', '--allow-empty', '-m', 'second')
    const lines = made.read('.gitattributes').split('\n')
    assert.equal(await check(made, '--staged'), [])
    await store(made, '.gitattributes', lines.filter((line) => !line.includes('prod')).join('\n'))
    assert.equal(await check(made, '--staged'), ['no-attributes prod/a.yaml'])
    assert.equal(await check(made, '--staged', 'development'), [])
    await made.git('checkout', '--quiet', 'HEAD', '--', '.gitattributes')
    made.write('prod/.gitattributes', '* !filter\n')
    await made.git('add', '--all')
    assert.equal(await check(made, '--staged'), ['no-attributes prod/a.yaml'])
    await made.git('rm', '--quiet', '--force', '.gitattributes', 'prod/.gitattributes')
    const gone = (await check(made, '--staged')).toSorted()
    assert.equal(gone, ['no-attributes dev/a.env', 'no-attributes prod/a.yaml'])
  })

  test('finds metadata that makes no sense, and a MAC that does not fit', async (context) => {
    const made = await repository(context)
    const sealed = (await made.git('show', ':prod/a.yaml')).stdout
    await store(made, 'prod/a.yaml', sealed.replace(/lastmodified: .*/, 'lastmodified: "2999-01-01T00:00:00Z"'))
    assert.ok((await check(made, '--no-keys')).includes('metadata-invalid prod/a.yaml'))
    await store(made, 'prod/a.yaml', sealed.replace(/\nother: .*/, ''))
    assert.equal(await check(made), ['mac-mismatch prod/a.yaml'])
    assert.equal(await check(made, '--no-keys'), [])
    await store(
      made,
      'prod/a.yaml',
      sealed.replace(/password: ENC\[AES256_GCM,data:..../, 'password: ENC[AES256_GCM,data:AAAA'),
    )
    assert.equal(await check(made), ['value-damaged prod/a.yaml'])
  })

  test('finds a file in the middle of a merge', async (context) => {
    const made = await repository(context)
    const object = (await made.git('rev-parse', ':prod/a.yaml')).stdout.trim()
    const zero = '0'.repeat(40)
    made.write(
      '.git/entries',
      `0 ${zero}\tprod/a.yaml\n100644 ${object} 2\tprod/a.yaml\n100644 ${object} 3\tprod/a.yaml\n`,
    )
    const command = 'git update-index --index-info < .git/entries'
    assert.is((await runProgram('sh', ['-c', command], { cwd: made.folder, env: made.env })).status, 0)
    assert.equal(await check(made), ['conflict-markers prod/a.yaml'])
  })

  test('judges by the configuration that git holds, not by the one in the work tree', async (context) => {
    const made = await repository(context)
    made.write('.secretsrc', made.read('.secretsrc').replaceAll('prod/**', 'elsewhere/**'))
    await store(made, 'prod/b.yaml', 'password: marker-plain\n')
    assert.equal(await check(made, '--staged', 'prod/b.yaml'), ['plain-file prod/b.yaml', 'plain-value prod/b.yaml'])
  })

  test('names files as they are called from where it runs', async (context) => {
    const made = await repository(context)
    await store(made, 'prod/b.yaml', 'password: marker-plain\n')
    const { stdout } = await runIn(made, join(made.folder, 'prod'), ['check', '.'])
    assert.match(stdout, /^b\.yaml: the file is not encrypted/)
    assert.is((await runIn(made, join(made.folder, 'prod'), ['check', '../dev'])).status, 0)
  })

  test('judges a push in a bare repository', async (context) => {
    const made = await repository(context)
    await store(made, 'prod/b.yaml', 'password: marker-plain\n')
    await made.git('commit', '--no-verify', '--quiet', '-m', 'plain')
    await made.git('clone', '--quiet', '--bare', '.', '../bare.git')
    const bare = join(made.folder, '..', 'bare.git')
    const found = await runIn(made, bare, ['check', 'main~1..main', '--no-keys'])
    assert.is(found.status, 1, found.stderr)
    assert.match(found.stdout, /prod\/b\.yaml: the file is not encrypted/)
  })

  test('goes by the rules of .sops.yaml where there is no .secretsrc', async (context) => {
    const made = await repository(context)
    const recipient = made.key.recipient
    await made.git('rm', '--quiet', '-r', '--cached', 'dev', '.secretsrc')
    await made.git('clean', '--quiet', '-fd', '.secretsrc', 'dev')
    made.write('.sops.yaml', `creation_rules:\n  - path_regex: prod/\n    age: ${recipient}\n`)
    await store(made, 'prod/never-encrypted.yaml', 'plain: files are not told by a rule alone\n')
    assert.equal(await check(made), [])
    const sealed = (await made.git('show', ':prod/a.yaml')).stdout
    await store(made, 'prod/a.yaml', sealed.replace(/other: .*/, 'other: marker-now-in-clear'))
    assert.equal(await check(made, '--no-keys'), ['plain-value prod/a.yaml'])
  })
})
