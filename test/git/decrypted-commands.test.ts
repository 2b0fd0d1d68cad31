// parts: 3
/** What the commands do with files that lie in clear because their environment is checked out decrypted; with real git. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { writeChanges } from '../../src/cli/write-changes.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { CONFIG, runIn, type SecretRepository, secretRepository } from './secret-repository.ts'

const BOB = 'age1djdns2enrct4duahddlu8w5l2yulq7n2wddsa7xej5er70lk0a7qm60wnp'
const CONTENT = '# top\ndb: "marker-password"  # why\nlist: [marker-a, 2]\n'
const FILE = 'dev/app.yaml'

suite('commands on files in clear', (test) => {
  test('get, decrypt and run take the values as they lie', async (context) => {
    const repository = await unlocked(context)
    repository.write(FILE, CONTENT.replace('marker-password', 'marker-not-added'))
    repository.loseKey()
    assert.is((await repository.secrets('get', FILE, 'db')).stdout, 'marker-not-added')
    assert.is((await repository.secrets('get', 'development', 'db')).stdout, 'marker-not-added')
    assert.is((await repository.secrets('decrypt', FILE)).stdout, repository.read(FILE))
    assert.is((await repository.secrets('decrypt', '--path', 'db', 'development')).stdout, 'marker-not-added')
    const ran = await repository.secrets(
      'run',
      '--only',
      'db',
      'development',
      '--',
      'sh',
      '-c',
      'test "$db" = marker-not-added',
    )
    assert.is(ran.status, 0, ran.stderr)
  })

  test('set, unset and edit leave the file in clear, and git encrypts it as ever', async (context) => {
    const repository = await unlocked(context)
    const before = await staged(repository)
    assert.is((await repository.secrets('set', FILE, 'db', '--plain-value', 'marker-new')).status, 0)
    assert.is((await repository.secrets('unset', 'development', 'list')).status, 0)
    assert.is(repository.read(FILE), '# top\ndb: "marker-new"  # why\n')
    writeFileSync(join(repository.folder, '..', 'editor.sh'), 'printf "token: marker-edited\\n" >> "$1"\n')
    const env = { ...repository.env, SECRETS_EDITOR: `sh ${join(repository.folder, '..', 'editor.sh')}` }
    const edited = await runIn({ env }, repository.folder, ['edit', FILE])
    assert.is(edited.status, 0, edited.stderr)
    assert.is(repository.read(FILE), '# top\ndb: "marker-new"  # why\ntoken: marker-edited\n')
    assert.is(await staged(repository), before)
    await repository.git('add', FILE)
    assert.match(await staged(repository), /^db: "ENC\[/m)
    assert.not.match(await repository.allObjects(), 'marker')
  }, 180)

  test('diff shows what changed in the file, and not that it lies in clear', async (context) => {
    const repository = await unlocked(context)
    assert.is((await repository.secrets('diff')).stdout, '')
    repository.write(FILE, CONTENT.replace('marker-a', 'marker-changed'))
    repository.write('dev/new.yaml', 'a: marker-new\n')
    const { status, stdout } = await repository.secrets('diff')
    assert.is(status, 0)
    assert.match(stdout, /^ {2}~ list\[0\] /m)
    assert.match(stdout, /^ {2}\+ a /m)
    assert.not.match(stdout, 'clear')
    assert.not.match(stdout, 'marker')
  })

  test('diff knows without a key which files in clear did not change', async (context) => {
    const repository = await unlocked(context)
    repository.write('dev/second.yaml', 'a: marker\n')
    await repository.git('add', 'dev/second.yaml')
    await repository.commit('second')
    repository.loseKey()
    assert.is((await repository.secrets('diff')).stdout, '')
    repository.write('dev/second.yaml', 'a: marker-changed\n')
    const { stdout } = await repository.secrets('diff')
    assert.match(stdout, /^dev\/second\.yaml$/m)
    assert.not.match(stdout, 'marker')
    assert.not.match(stdout, FILE)
  })

  test('encrypt leaves files in clear, and encrypts those that are named to what git has', async (context) => {
    const repository = await unlocked(context)
    repository.write('dev/new.yaml', 'a: marker-new\n')
    const left = await repository.secrets('encrypt')
    assert.is(left.status, 0, left.stderr)
    assert.match(left.stderr, 'secrets: 2 files stay in clear here: git encrypts what is added\n')
    assert.is(repository.read(FILE), CONTENT)
    assert.is((await repository.secrets('encrypt', 'development')).status, 0)
    assert.is(repository.read(FILE), await staged(repository))
    assert.match(repository.read('dev/new.yaml'), /^a: ENC\[/)
    repository.write(FILE, CONTENT.replace('marker-a', 'marker-changed'))
    const printed = await repository.secrets('encrypt', '--stdout', FILE)
    assert.is(cipherOf(printed.stdout), cipherOf(await staged(repository)))
    assert.is.not(printed.stdout, await staged(repository))
    assert.is((await repository.secrets('encrypt', '--recipient', BOB, FILE)).status, 64)
  }, 180)

  test('a revocation changes what git has, under a new data key, and leaves the work tree', async (context) => {
    const repository = await unlocked(context, [BOB])
    repository.write(FILE, CONTENT.replace('marker-a', 'marker-unsaved'))
    const before = await staged(repository)
    const { status, stdout, stderr } = await repository.secrets('revoke', '--yes', 'bob')
    assert.is(status, 0, stderr)
    assert.match(stdout, '~ dev/app.yaml  development, in clear in the work tree: staged in git')
    assert.match(stdout, /bob could read 3 values/)
    assert.match(stderr, 'staged, to be committed: dev/app.yaml; the work tree stays in clear')
    const after = await staged(repository)
    assert.match(before, BOB)
    assert.not.match(after, BOB)
    assert.is.not(cipherOf(before), cipherOf(after))
    assert.is(repository.read(FILE), CONTENT.replace('marker-a', 'marker-unsaved'))
    // What was not added yet is encrypted under the new data key, by a commit of the path too.
    await repository.commitPath('revoke', FILE, '.secretsrc')
    const committed = (await repository.git('show', `HEAD:${FILE}`)).stdout
    assert.is(cipherOf(committed), cipherOf(after))
    assert.not.match(committed, BOB)
    assert.is((await repository.git('status', '--porcelain', FILE)).stdout, '')
    assert.not.match(await repository.allObjects(), 'marker')
  }, 180)

  test('grant, sync and rotate change what git has, and nothing else', async (context) => {
    const repository = await unlocked(context)
    assert.is((await repository.secrets('grant', '--yes', '--key', BOB, 'bob', 'development')).status, 0)
    assert.match(await staged(repository), BOB)
    const granted = cipherOf(await staged(repository))
    const rotated = await repository.secrets('rotate', 'development')
    assert.is(rotated.status, 0, rotated.stderr)
    assert.match(rotated.stderr, 'dev/app.yaml has a new data key')
    assert.is.not(cipherOf(await staged(repository)), granted)
    const config = repository.read('.secretsrc')
    repository.write('.secretsrc', config.replace(/recipients: \[alice, bob\]/, 'recipients: [alice]'))
    const differing = await repository.secrets('sync', '--dry-run')
    assert.is(differing.status, 1)
    assert.match(await staged(repository), BOB)
    const synced = await repository.secrets('sync', '--yes')
    assert.is(synced.status, 0, synced.stderr)
    assert.not.match(await staged(repository), BOB)
    assert.match((await repository.secrets('sync', '--yes')).stderr, 'nothing to do')
    assert.is(repository.read(FILE), CONTENT)
    assert.is((await repository.git('diff', '--name-only')).stdout, '.secretsrc\n')
    assert.is((await repository.secrets('access', '--json')).status, 0)
  }, 180)

  test('who can read what is told from git, and who is revoked cannot be forgotten before', async (context) => {
    const repository = await unlocked(context, [BOB])
    const { stdout } = await repository.secrets('access', 'development')
    assert.match(stdout, /bob +age +yes$/m)
    const config = repository.read('.secretsrc')
    repository.write('.secretsrc', config.replace('recipients: [alice, bob]', 'recipients: [alice]'))
    assert.match((await repository.secrets('access', 'development')).stdout, /bob +age +! only 1 of 1 file$/m)
    const refused = await repository.secrets('recipients', 'remove', 'bob')
    assert.is(refused.status, 64)
    assert.match(refused.stderr, 'bob can still read a file\n  dev/app.yaml')
  })

  test('all of it or nothing: a file that cannot be written takes back what was staged', async (context) => {
    const repository = await unlocked(context, [BOB])
    repository.write('prod/app.yaml', 'a: marker-production\n')
    assert.is((await repository.secrets('encrypt', 'prod/app.yaml')).status, 0)
    const before = await staged(repository)
    const encrypted = repository.read('prod/app.yaml')
    writeFileSync(join(repository.folder, '.git', 'index.lock'), '')
    const locked = await repository.secrets('rotate', 'development', 'production')
    assert.is(locked.status, 69)
    assert.is(repository.read('prod/app.yaml'), encrypted)
    rmSync(join(repository.folder, '.git', 'index.lock'))
    assert.is(await staged(repository), before)
    const stale = {
      path: join(repository.folder, 'prod/app.yaml'),
      content: Buffer.from('x'),
      expects: Buffer.from('y'),
    }
    const index = { path: join(repository.folder, FILE), content: Buffer.from('new'), expects: Buffer.from(before) }
    const { folder: cwd, env } = repository
    const where = { cwd, env, home: cwd, platform: process.platform, signal: new AbortController().signal }
    const changes = [
      { ...index, store: 'index', protection: 'shared' },
      { ...stale, protection: 'shared' },
    ] as const
    const written = writeChanges(changes, cwd, where)
    assert.is((await errorOf(written)).code, 'FILE_CHANGED')
    assert.is(await staged(repository), before)
    const outdated = writeChanges([{ ...changes[0], expects: Buffer.from('older') }], cwd, where)
    assert.is((await errorOf(outdated)).code, 'FILE_CHANGED')
    await writeChanges([changes[0]], cwd, where)
    assert.is(await staged(repository), 'new')
    assert.is(repository.read(FILE), CONTENT)
  }, 180)

  test('in the middle of a merge nothing is guessed', async (context) => {
    const repository = await unlocked(context)
    await repository.git('checkout', '--quiet', '-b', 'other')
    repository.write(FILE, CONTENT.replace('marker-password', 'marker-theirs'))
    await repository.commitAll('theirs')
    await repository.git('checkout', '--quiet', '-')
    repository.write(FILE, CONTENT.replace('marker-password', 'marker-ours'))
    await repository.commitAll('ours')
    assert.is.not((await repository.tryGit('merge', 'other')).status, 0)
    repository.write(FILE, CONTENT)
    const { status, stderr } = await repository.secrets('rotate', 'development')
    assert.is(status, 69)
    assert.match(stderr, 'dev/app.yaml: the file is in the middle of a merge')
  })
})

/** A repository with one committed file in clear, which `others` can read too. */
async function unlocked(
  context: Pick<TestContext, 'onCleanup'>,
  others: readonly string[] = [],
): Promise<SecretRepository> {
  const [bob] = others
  const config =
    bob === undefined
      ? CONFIG
      : CONFIG.replace('environments:', `  bob: ${bob}\nenvironments:`).replace('[alice]', '[alice, bob]')
  const repository = await secretRepository(context, config)
  repository.write(FILE, CONTENT)
  await repository.git('add', '--all')
  await repository.commit('first')
  assert.is(readFileSync(join(repository.folder, FILE), 'utf8'), CONTENT)
  return repository
}

async function staged(repository: SecretRepository): Promise<string> {
  return (await repository.git('show', `:${FILE}`)).stdout
}

function cipherOf(encrypted: string): string {
  return /^db: "(ENC\[.*\])"/m.exec(encrypted)?.[1] ?? ''
}
