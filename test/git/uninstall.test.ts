/** What `uninstall` leaves: nothing in clear that git would then store so, and nothing of ours; with real git. */
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../support/suite.ts'
import { CONFIG, runIn, type SecretRepository, secretRepository } from './secret-repository.ts'

suite('uninstall', (test) => {
  test('a second configuration in the repository is left as the first one', async (context) => {
    const repository = await secretRepository(context)
    repository.write('pkg/ä b/.secretsrc', repository.read('.secretsrc'))
    repository.write('pkg/ä b/dev/app.yaml', 'a: marker-inner\n')
    repository.write('dev/app.yaml', 'a: marker-outer\n')
    assert.is((await runIn(repository, join(repository.folder, 'pkg', 'ä b'), ['install'])).status, 0)
    await committed(repository)
    const uninstalled = await repository.secrets('uninstall')
    assert.is(uninstalled.status, 0, uninstalled.stderr)
    assert.match(repository.read('pkg/ä b/dev/app.yaml'), 'ENC[')
    assert.match(repository.read('dev/app.yaml'), 'ENC[')
    for (const name of ['.gitattributes', 'pkg/ä b/.gitattributes']) {
      assert.not.ok(existsSync(join(repository.folder, name)), name)
    }
    await storesNothingInClear(repository)
  })

  test('what was added in clear to an environment that is checked out encrypted is encrypted on the disk', async (context) => {
    const repository = await secretRepository(context)
    repository.write('prod/app.yaml', 'a: marker-production\n')
    await committed(repository)
    assert.match(repository.read('prod/app.yaml'), 'marker')
    const uninstalled = await repository.secrets('uninstall')
    assert.is(uninstalled.status, 0, uninstalled.stderr)
    assert.match(repository.read('prod/app.yaml'), 'ENC[')
    await storesNothingInClear(repository)
  })

  test('without the configuration, files that git would store in clear are encrypted all the same', async (context) => {
    const repository = await secretRepository(context)
    repository.write('dev/app.yaml', 'a: marker-development\n')
    await committed(repository)
    rmSync(join(repository.folder, '.secretsrc'))
    const uninstalled = await repository.secrets('uninstall')
    assert.is(uninstalled.status, 0, uninstalled.stderr)
    assert.match(repository.read('dev/app.yaml'), 'ENC[')
    assert.not.ok(existsSync(join(repository.folder, '.gitattributes')))
    await storesNothingInClear(repository)
  })

  test('changes that git does not have are in the way, in any work tree, and nothing is done', async (context) => {
    const repository = await secretRepository(context)
    repository.write('dev/app.yaml', 'a: marker-development\n')
    await committed(repository)
    await repository.git('worktree', 'add', '--quiet', '../second')
    repository.write('../second/dev/app.yaml', 'a: marker-changed\n')
    const refused = await repository.secrets('uninstall')
    assert.is(refused.status, 75)
    const second = join('..', 'second', 'dev', 'app.yaml')
    assert.match(refused.stderr, `there are changes that git does not have yet; nothing was done\n  ${second}\n`)
    assert.match(refused.stderr, 'hint: commit or stash them ("git stash"), then run "secrets uninstall" again\n')
    assert.is(repository.read('dev/app.yaml'), 'a: marker-development\n')
    assert.is((await repository.secrets('install', '--check')).status, 0)
  })

  test('files in clear that git does not have are named', async (context) => {
    const repository = await secretRepository(context)
    repository.write('dev/new.env', 'A=marker-new\n')
    const uninstalled = await repository.secrets('uninstall')
    assert.is(uninstalled.status, 0, uninstalled.stderr)
    assert.match(uninstalled.stderr, 'secrets: warning: git would store in clear now: dev/new.env\n')
    assert.match(uninstalled.stderr, 'hint: encrypt them first: secrets encrypt FILE\n')
    assert.is(repository.read('dev/new.env'), 'A=marker-new\n')
  })

  test('an empty .gitattributes that was there is there again', async (context) => {
    const repository = await secretRepository(context, CONFIG)
    await repository.secrets('uninstall')
    repository.write('.gitattributes', '')
    await repository.secrets('install')
    await repository.secrets('uninstall')
    assert.is(repository.read('.gitattributes'), '')
  })
})

async function committed(repository: SecretRepository): Promise<void> {
  await repository.git('add', '--all')
  await repository.commit('first')
}

/** Whatever is added now, no value lies in clear in the repository. */
async function storesNothingInClear(repository: SecretRepository): Promise<void> {
  await repository.git('add', '--all')
  await repository.git('add', '--renormalize', '.')
  assert.not.match(await repository.allObjects(), 'marker')
  assert.not.match(readFileSync(join(repository.folder, '.git', 'config'), 'utf8'), 'secrets')
}
