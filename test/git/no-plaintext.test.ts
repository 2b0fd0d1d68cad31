// parts: 4
/** Every way to put content into a commit, in both ways to check out: no object of the repository ever holds a plain value. */
import { spawnSync } from 'node:child_process'
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { installHooks } from '../../src/git/hooks.ts'
import { peer } from '../support/peer.ts'
import { runProgram } from '../support/run-program.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite } from '../support/suite.ts'
import { movedTo, type SecretRepository, secretRepository } from './secret-repository.ts'

/** How a work tree's files get a new value: in clear text, or pasted in clear into the encrypted file. */
const CHECKOUTS = {
  decrypted: { file: 'dev/app.yaml', line: 'first: "marker-first"' },
  encrypted: { file: 'prod/app.yaml', line: /^first: .*$/m },
} as const

type Checkout = keyof typeof CHECKOUTS

/** Puts a new value into the last commit of `main`. */
type Way = (repository: SecretRepository, change: Change, checkout: Checkout) => Promise<unknown>

const WAYS: Readonly<Record<string, Way>> = {
  'add and commit': async (repository, change) => {
    change('one')
    await repository.git('add', '--all')
    await repository.commit('changed')
  },
  'commit -a': async (repository, change) => {
    change('one')
    await repository.commitAll('changed')
  },
  'commit by path': async (repository, change) => repository.commitPath('changed', change('one')),
  'commit --amend': async (repository, change) => {
    change('one')
    await repository.git('commit', '--quiet', '--amend', '--all', '--no-edit')
  },
  'add -p': async (repository, change) => {
    change('one')
    const { status, stderr } = await runProgram('git', ['add', '-p'], {
      cwd: repository.folder,
      env: repository.env,
      stdin: 'y\ny\ny\ny\n',
    })
    assert.is(status, 0, stderr)
    await repository.commit('changed')
  },
  'add -N, then commit -a': async (repository, change) => {
    const folder = change('one').split('/')[0] ?? ''
    repository.write(`${folder}/new.yaml`, 'a: marker-intended\n')
    await repository.git('add', '--intent-to-add', `${folder}/new.yaml`)
    await repository.git('status')
    await repository.commitAll('changed')
  },
  'update-index': async (repository, change) => {
    await repository.git('update-index', '--', change('one'))
    await repository.commit('changed')
  },
  'hash-object -w --path': async (repository, change) => {
    const file = change('one')
    await repository.git('hash-object', '-w', '--path', file, join(repository.folder, file))
    await repository.git('checkout', '--', file)
  },
  stash: async (repository, change) => {
    change('one')
    await repository.git('stash', '--quiet')
    await repository.git('stash', 'pop', '--quiet')
    await repository.git('commit', '--quiet', '--all', '--message', 'changed')
  },
  'apply --index': async (repository, change) => {
    const file = change('one')
    await repository.commitAll('changed')
    repository.write('../patch', (await repository.git('format-patch', '--stdout', '-1')).stdout)
    await repository.git('reset', '--quiet', '--hard', 'HEAD~1')
    await repository.git('apply', '--index', join(repository.folder, '..', 'patch'))
    await repository.git('commit', '--quiet', '--message', 'applied', '--', file)
  },
  'a work tree beside the first': async (repository, _change, checkout) => {
    await repository.git('worktree', 'add', '--quiet', '-b', 'side', '../side')
    const side = movedTo(repository, join(repository.folder, '..', 'side'))
    changing(side, checkout)('one')
    await side.commitAll('changed')
    await repository.git('merge', '--quiet', 'side')
  },
  'a clone without install, whose hook refuses what git stored in clear': async (repository, _change, checkout) => {
    await repository.git('clone', '--quiet', '.', '../clone')
    const clone = movedTo(repository, join(repository.folder, '..', 'clone'))
    const paths = { node: process.execPath, script: secretsProgram() }
    await installHooks({ top: clone.folder, git: { cwd: clone.folder, env: clone.env } }, paths)
    // Nothing decrypts there: in either way to check out the value is pasted into ciphertext.
    const { file } = CHECKOUTS[checkout]
    clone.write(file, clone.read(file).replace(CHECKOUTS.encrypted.line, 'first: marker-one'))
    await refusesEveryCommit(clone, file)
    assert.is((await clone.secrets('encrypt', file)).status, 0)
    await clone.commitAll('changed')
    await repository.git('pull', '--quiet', clone.folder)
  },
  'both sides of a merge and of a rebase, reverted and picked again': async (repository, change, checkout) => {
    await repository.git('checkout', '--quiet', '-b', 'side')
    change('one')
    await repository.commitAll('changed')
    await repository.git('checkout', '--quiet', '-b', 'rebased', 'main')
    const { file } = CHECKOUTS[checkout]
    repository.write(file, repository.read(file).replace(/^second: .*$/m, 'second: marker-two'))
    await repository.commitAll('changed beside it')
    await repository.git('branch', '--quiet', 'merged')
    await repository.git('rebase', '--quiet', 'side')
    await repository.git('checkout', '--quiet', 'merged')
    await repository.git('merge', '--quiet', '--no-edit', 'side')
    assert.not.match((await repository.git('diff', 'rebased')).stdout, /^[-+] *\w/m)
    await repository.git('checkout', '--quiet', 'main')
    await repository.git('merge', '--quiet', 'merged')
    await repository.git('revert', '--no-edit', 'side')
    await repository.git('cherry-pick', 'side')
  },
  'cherry-pick, rebase and merge': async (repository, change) => {
    await repository.git('checkout', '--quiet', '-b', 'side')
    change('one')
    await repository.commitAll('changed')
    await repository.git('checkout', '--quiet', 'main')
    repository.write('other.txt', 'x\n')
    await repository.git('add', 'other.txt')
    await repository.git('commit', '--quiet', '--message', 'other')
    await repository.git('checkout', '--quiet', '-b', 'picked')
    await repository.git('cherry-pick', 'side')
    await repository.git('checkout', '--quiet', 'side')
    await repository.git('rebase', '--quiet', 'main')
    await repository.git('checkout', '--quiet', 'main')
    await repository.git('merge', '--quiet', '--no-ff', '--no-edit', 'side')
  },
}

/** Changes the file in the work tree and gives its path. */
type Change = (value: string) => string

suite('no plaintext', (test) => {
  for (const [name, way] of Object.entries(WAYS)) {
    for (const checkout of ['decrypted', 'encrypted'] as const) {
      test(`${name}, checked out ${checkout}`, async (context) => {
        const repository = await committed(await secretRepository(context))
        const { file } = CHECKOUTS[checkout]
        // Settings of the user that would have git keep what it shows.
        await repository.git('config', '--global', 'diff.secrets.cachetextconv', 'true')
        await way(repository, changing(repository, checkout), checkout)
        const shown = await repository.git('log', '--patch', '--all', '--', file)
        assert.match(shown.stdout, /marker-(?:first|one)/)
        assert.is((await repository.git('for-each-ref', 'refs/notes')).stdout, '')
        assert.not.match(await repository.allObjects(), 'marker')
        const { stdout } = await repository.git('status', '--porcelain', '--untracked-files=no')
        // What is pasted in clear stays so in the work tree; git knows it as what it has encrypted.
        assert.is(stdout, '', 'git sees a change')
        rmSync(join(repository.folder, file))
        await repository.git('checkout', '--', file)
        const value = name === 'hash-object -w --path' ? 'marker-first' : 'marker-one'
        const plain =
          checkout === 'decrypted' ? repository.read(file) : (await repository.secrets('decrypt', file)).stdout
        assert.match(plain, value)
        const sops = peer('sops')
        if ('path' in sops) assert.is(decryptedBySops(sops.path, repository, file), value)
      })
    }
  }
})

async function committed(repository: SecretRepository): Promise<SecretRepository> {
  const content = 'first: "marker-first"\nsecond: marker-second\n'
  for (const { file } of Object.values(CHECKOUTS)) repository.write(file, content)
  await repository.git('add', '--all')
  await repository.commit('first')
  rmSync(join(repository.folder, 'prod'), { recursive: true })
  await repository.git('checkout', '--', '.')
  return repository
}

function changing(repository: SecretRepository, checkout: Checkout): Change {
  const { file, line } = CHECKOUTS[checkout]
  return (value) => {
    repository.write(file, repository.read(file).replace(line, `first: marker-${value}`))
    return file
  }
}

async function refusesEveryCommit(clone: SecretRepository, file: string): Promise<void> {
  await clone.git('add', file)
  for (const words of [[], ['--amend'], ['--all'], ['--', file]]) {
    const { status, stdout, stderr } = await clone.tryGit('commit', '--message', 'refused', ...words)
    assert.is.not(status, 0, words.join(' '))
    assert.match(stdout + stderr, `${file}:1:8: first: is in clear`)
  }
  const { stdout } = await clone.git('log', '--patch', '--no-textconv', '--all')
  assert.not.match(stdout, 'marker')
}

/** What sops reads in the last commit, MAC and all. */
function decryptedBySops(sops: string, repository: SecretRepository, file: string): string {
  const { folder, env, key } = repository
  const copy = '../committed.yaml'
  repository.write(copy, spawnSync('git', ['show', `HEAD:${file}`], { cwd: folder, env }).stdout)
  assert.match(repository.read(copy), 'ENC[')
  const options = { cwd: folder, env: { ...env, SOPS_AGE_KEY_FILE: key.file }, encoding: 'utf8' } as const
  const { stdout, stderr } = spawnSync(sops, ['decrypt', '--extract', '["first"]', copy], options)
  return stdout === '' ? stderr : stdout
}
