// parts: 2
/** The built filter over more files than one thread does alone, with real git. */
import { mkdirSync, rmSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { runProgram } from '../support/run-program.ts'
import { suite, type TestContext } from '../support/suite.ts'
import { type SecretRepository, secretRepository } from './secret-repository.ts'

const PATHS = Array.from({ length: 120 }, (_, index) => `dev/f${String(index).padStart(3, '0')}.yaml`)

suite('many files', (test) => {
  test('are encrypted, stay as they are when they are looked at again, and come back to the byte', async (context) => {
    const repository = await filled(context)
    assert.is((await repository.git('add', '--all')).status, 0)
    const first = await blobs(repository)
    assert.is(first.size, PATHS.length)
    assert.not((await repository.allObjects()).includes('marker-'))
    await repository.commit('all')
    for (const path of PATHS) repository.write(path, contentOf(path))
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
    await repository.git('add', '--renormalize', '.')
    assert.equal(await blobs(repository), first)
    rmSync(join(repository.folder, 'dev'), { recursive: true })
    assert.is((await repository.git('checkout', '--', '.')).status, 0)
    for (const path of PATHS) assert.is(repository.read(path), contentOf(path), path)
    assert.is((await repository.git('status', '--porcelain')).stdout, '')
  })

  test('change together: what is unchanged in each keeps its ciphertext', async (context) => {
    const repository = await filled(context)
    await repository.git('add', '--all')
    await repository.commit('all')
    const before = (await repository.git('show', 'HEAD:dev/f050.yaml')).stdout
    for (const path of PATHS) repository.write(path, `${contentOf(path)}new: marker-new\n`)
    await repository.git('add', '--all')
    const after = (await repository.git('show', ':dev/f050.yaml')).stdout
    assert.match(after, /^new: ENC\[/m)
    assert.is(after.split('\n')[0], before.split('\n')[0])
    assert.not((await repository.allObjects()).includes('marker-'))
  })

  test('one of them that is refused is one error; none is stored', async (context) => {
    const repository = await filled(context)
    repository.write('dev/f060.yaml', 'a: "not closed\n')
    const { status, stderr } = await repository.tryGit('add', '--all')
    assert.is.not(status, 0)
    assert.is(stderr.match(/^secrets: error: /gm)?.length, 1, stderr)
    assert.match(stderr, /dev\/f060\.yaml/)
    assert.is((await blobs(repository)).size, 0)
  })

  test('without the key they stay encrypted, with one warning', async (context) => {
    const repository = await filled(context)
    await repository.git('add', '--all')
    await repository.commit('all')
    repository.loseKey()
    rmSync(join(repository.folder, 'dev'), { recursive: true })
    const { status, stderr } = await repository.git('checkout', '--', '.')
    assert.is(status, 0)
    assert.is(stderr.match(/stay encrypted/g)?.length, 1, stderr)
    assert.match(stderr, new RegExp(`and ${PATHS.length - 1} more stay encrypted`))
    for (const path of PATHS) assert.match(repository.read(path), /^a: ENC\[/)
  })

  test('are shared out over threads where there are processors for them', async (context) => {
    const { skip } = context
    if (availableParallelism() < 2) {
      skip('there is one processor')
      return
    }
    const repository = await filled(context)
    await repository.git('add', '--all')
    await repository.commit('all')
    rmSync(join(repository.folder, 'dev'), { recursive: true })
    const env = { ...repository.env, GIT_TRACE_PACKET: '1' }
    const { stderr } = await runProgram('git', ['checkout', '--', '.'], { cwd: repository.folder, env })
    assert.match(stderr, /status=delayed/)
    for (const path of PATHS) assert.is(repository.read(path), contentOf(path), path)
  })
})

async function filled(context: Pick<TestContext, 'onCleanup'>): Promise<SecretRepository> {
  const repository = await secretRepository(context)
  mkdirSync(join(repository.folder, 'dev'))
  for (const path of PATHS) repository.write(path, contentOf(path))
  return repository
}

function contentOf(path: string): string {
  return `a: marker-${path}\nb: [1, true] # why\n`
}

async function blobs(repository: SecretRepository): Promise<Map<string, string>> {
  const { stdout } = await repository.git('ls-files', '--stage', 'dev')
  return new Map(
    stdout.split('\n').flatMap((line) => (line === '' ? [] : [[line.split('\t')[1] ?? '', line] as const])),
  )
}
