// parts: 2
/** What git puts into the work tree, and switching that, with real git and the built filter. */
import { existsSync, mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runProgram } from '../support/run-program.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { runIn, type SecretRepository, secretRepository } from './secret-repository.ts'

const DEVELOPMENT = '# top\ndb: "marker-password"  # why\nlist: [marker-a, 2]\n'

suite('checkout', (test) => {
  test('a decrypted environment comes back to the byte, an encrypted one as it is committed', async (context) => {
    const repository = await committed(context)
    rmSync(join(repository.folder, 'dev'), { recursive: true })
    rmSync(join(repository.folder, 'prod'), { recursive: true })
    await repository.git('checkout', '--', '.')
    assert.is(repository.read('dev/app.yaml'), DEVELOPMENT)
    assert.match(repository.read('prod/app.env'), /^A=ENC\[/)
    assert.is(await changes(repository), '')
  })

  test('without a key files stay encrypted, with one warning, and nothing fails', async (context) => {
    const repository = await committed(context)
    repository.write('dev/second.yaml', 'a: marker\n')
    await repository.git('add', '--all')
    await repository.commit('second')
    repository.loseKey()
    rmSync(join(repository.folder, 'dev'), { recursive: true })
    const { stderr } = await repository.git('checkout', '--', '.')
    assert.is(stderr, 'secrets: warning: dev/app.yaml and 1 more stay encrypted: no identity here opens this file\n')
    assert.match(repository.read('dev/app.yaml'), /^db: "ENC\[/m)
    assert.is(await changes(repository), '')
  })

  test('what cannot be decrypted, or is no secret file, comes as it is', async (context) => {
    const repository = await committed(context)
    const blob = (await repository.git('show', 'HEAD:dev/app.yaml')).stdout
    const damaged = blob.replace(/data:..../, 'data:AAAA')
    const conflicted = `<<<<<<< a\n=======\n>>>>>>> b\n${blob}`
    for (const [name, content] of [
      ['damaged', damaged],
      ['conflicted', conflicted],
      ['plain', 'a: 1\n'],
    ] as const) {
      repository.write('raw', content)
      const oid = (await repository.git('hash-object', '-w', '--no-filters', 'raw')).stdout.trim()
      const { stdout } = await repository.git('cat-file', '--filters', `--path=dev/${name}.yaml`, oid)
      assert.is(stdout, content)
    }
  })

  test('a clone that is set up decrypts while its configuration is not yet there', async (context) => {
    const config =
      'version: 1\nrecipients: {alice: {ALICE}}\nenvironments:\n  development: {files: [.env, dev/*], recipients: [alice], checkout: decrypted}\n'
    const repository = await secretRepository(context, config)
    repository.write('.env', 'A=marker\n')
    repository.write('dev/app.yaml', DEVELOPMENT)
    await repository.git('add', '--all')
    await repository.commit('first')
    const { stdout } = await repository.git('config', 'filter.secrets.process')
    const setUp = ['-c', `filter.secrets.process=${stdout.trim()}`, '-c', 'filter.secrets.required=true']
    await repository.git('clone', '--quiet', ...setUp, '.', '../clone')
    const clone = { ...repository, folder: join(repository.folder, '..', 'clone') }
    const read = await runProgram(
      'git',
      ['diff', '--no-index', '--', join(repository.folder, '.env'), join(clone.folder, '.env')],
      { cwd: clone.folder, env: repository.env },
    )
    assert.is(read.stdout, '')
    const { stdout: status } = await runProgram('git', ['status', '--porcelain'], {
      cwd: clone.folder,
      env: repository.env,
    })
    assert.is(status, '')
  })

  test('a clone that is not set up has encrypted files and no trouble', async (context) => {
    const repository = await committed(context)
    await repository.git('clone', '--quiet', '.', '../clone')
    const cwd = join(repository.folder, '..', 'clone')
    const git = (...args: readonly string[]) => runProgram('git', args, { cwd, env: repository.env })
    assert.is((await git('status', '--porcelain')).stdout, '')
    assert.is((await git('grep', '-c', 'marker')).stdout, '')
    const checked = await runIn(repository, cwd, ['install', '--check'])
    assert.is(checked.status, 1)
    assert.match(checked.stderr, 'git does not encrypt, decrypt, show or merge secret files in this clone')
    assert.is((await runIn(repository, cwd, ['unlock'])).status, 69)
    await runIn(repository, cwd, ['install'])
    assert.is((await runIn(repository, cwd, ['unlock'])).status, 0)
    assert.match((await git('grep', '-c', 'marker')).stdout, 'dev/app.yaml')
    assert.is((await git('status', '--porcelain')).stdout, '')
  })

  test('work trees and submodules work as the first one does', async (context) => {
    const repository = await committed(context)
    await repository.git('worktree', 'add', '--quiet', '../tree')
    const cwd = join(repository.folder, '..', 'tree')
    const git = (...args: readonly string[]) => runProgram('git', args, { cwd, env: repository.env })
    assert.is((await git('grep', '-c', 'marker-password')).stdout, 'dev/app.yaml:1\n')
    assert.is((await git('status', '--porcelain')).stdout, '')
    await repository.git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', './.', 'sub')
    const submodule = join(repository.folder, 'sub')
    assert.is((await runIn(repository, submodule, ['install'])).status, 0)
    assert.is((await runIn(repository, submodule, ['unlock'])).status, 0)
    assert.is(repository.read('sub/dev/app.yaml'), DEVELOPMENT)
  })

  test('lock and unlock switch the work tree, and git sees no change', async (context) => {
    const repository = await committed(context)
    const locked = await repository.secrets('lock')
    assert.is(locked.stderr, 'secrets: 1 file is encrypted again\n')
    assert.match(repository.read('dev/app.yaml'), /^db: "ENC\[/m)
    assert.not.ok(existsSync(join(repository.folder, '.git', 'secretsrc')))
    assert.is(await changes(repository), '')
    await repository.git('checkout', '--quiet', '-b', 'other')
    rmSync(join(repository.folder, 'dev'), { recursive: true })
    await repository.git('checkout', '--', '.')
    assert.match(repository.read('dev/app.yaml'), /^db: "ENC\[/m)
    const unlocked = await repository.secrets('unlock', 'development')
    assert.is(unlocked.stderr, 'secrets: decrypted 1 file\n')
    assert.is(repository.read('dev/app.yaml'), DEVELOPMENT)
    assert.is(await changes(repository), '')
    assert.is((await repository.git('config', '--local', '--list')).stdout.includes('secretsrc.'), false)
  })

  test('changes that git does not have are not lost', async (context) => {
    const repository = await committed(context)
    repository.write('dev/app.yaml', 'db: marker-new\n')
    const refused = await repository.secrets('lock')
    assert.is(refused.status, 75)
    assert.match(refused.stderr, 'there are changes that git does not have yet; nothing was done\n  dev/app.yaml\n')
    assert.is(repository.read('dev/app.yaml'), 'db: marker-new\n')
    assert.is((await repository.secrets('uninstall')).status, 75)
    await repository.git('add', '--all')
    assert.is((await repository.secrets('lock')).status, 0)
    repository.write('dev/app.yaml', repository.read('dev/app.yaml').replace('sops:', 'new: marker-newer\nsops:'))
    const kept = repository.read('dev/app.yaml')
    assert.is((await repository.secrets('unlock')).status, 75)
    assert.is(repository.read('dev/app.yaml'), kept)
  })

  test('a file in clear that git does not have stays, and is named', async (context) => {
    const repository = await committed(context)
    repository.write('dev/new file.yaml', 'a: marker\n')
    const { status, stderr } = await repository.secrets('lock')
    assert.is(status, 1)
    assert.match(stderr, 'secrets: warning: dev/new file.yaml is in clear: git does not have it')
    assert.is(repository.read('dev/new file.yaml'), 'a: marker\n')
  })

  test('unlock without a key changes nothing', async (context) => {
    const repository = await committed(context)
    await repository.secrets('lock')
    const before = repository.read('dev/app.yaml')
    repository.loseKey()
    const { status, stderr } = await repository.secrets('unlock')
    assert.is(status, 128)
    assert.match(stderr, 'secrets: error: dev/app.yaml: no identity here opens this file')
    assert.is(repository.read('dev/app.yaml'), before)
    assert.match((await repository.git('config', '--get-all', 'secretsrc.locked')).stdout, 'development')
  })

  test('the older filters, one file each, do the same', async (context) => {
    const repository = await committed(context)
    await repository.git('config', '--unset', 'filter.secrets.process')
    repository.write("dev/it's 100%.yaml", 'a: marker-old-filter\n')
    await repository.git('add', '--all')
    await repository.commit('second')
    rmSync(join(repository.folder, 'dev'), { recursive: true })
    await repository.git('checkout', '--', '.')
    assert.is(repository.read("dev/it's 100%.yaml"), 'a: marker-old-filter\n')
    assert.not.match(await repository.allObjects(), 'marker')
  })

  test('somebody who types the filter command is told', async (context) => {
    const folder = (await committed(context)).folder
    mkdirSync(join(folder, 'x'))
    const { status, stderr } = await runProgram(process.execPath, [secretsProgram(), 'filter-process'], {
      cwd: folder,
      env: {},
      stdin: 'hello',
    })
    assert.is.not(status, 0)
    assert.not.match(stderr, 'defect')
  })
})

async function committed(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const repository = await secretRepository(context)
  repository.write('dev/app.yaml', DEVELOPMENT)
  repository.write('prod/app.env', 'A=marker-production\n')
  await repository.git('add', '--all')
  await repository.commit('first')
  rmSync(join(repository.folder, 'prod'), { recursive: true })
  await repository.git('checkout', '--', '.')
  return repository
}

async function changes(repository: SecretRepository): Promise<string> {
  return (await repository.git('status', '--porcelain')).stdout
}
