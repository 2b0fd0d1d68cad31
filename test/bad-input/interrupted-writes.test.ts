/** Writes that cannot be finished: what stands on the disk is the old file or the new one, and nothing else. */
import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../support/isolated-environment.ts'
import { secretsProgram } from '../support/run-secrets.ts'
import { suite } from '../support/suite.ts'
import { encryptedRepository, MARKER, Repository, repository } from './repository.ts'

const FILE = 'secrets/app.yaml'

function isRoot(): boolean {
  return process.getuid?.() === 0
}

/** `secrets` in a process group of its own, which can be killed at any moment. */
function start(
  made: Repository,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): ReturnType<typeof spawn> {
  return spawn(process.execPath, [secretsProgram(), ...args], {
    cwd: made.folder,
    env: isolatedEnvironment(join(made.folder, '.home'), { SECRETS_AGE_KEY: made.identity, ...env }),
    stdio: ['pipe', 'ignore', 'pipe'],
  })
}

async function ended(child: ReturnType<typeof spawn>): Promise<number> {
  return new Promise((resolve) => {
    child.on('close', (code) => resolve(code ?? -1))
  })
}

/** What lies in the folder of the file, but for the files that belong there. */
function leftovers(made: Repository): string[] {
  return readdirSync(join(made.folder, 'secrets')).filter((name) => !name.startsWith('app.'))
}

/** The plain text of one of many files. */
function plain(index: number): string {
  return `a: ${MARKER}-${index}\n`
}

suite('interrupted writes', (test) => {
  test('a file that may not be written', async (context) => {
    if (isRoot()) context.skip('root may write everything')
    const made = await encryptedRepository(context)
    chmodSync(join(made.folder, 'secrets'), 0o500)
    context.onCleanup(() => chmodSync(join(made.folder, 'secrets'), 0o700))
    await made.refuses(['set', FILE, 'user'], { status: 3, message: /secrets\/app\.yaml: /, stdin: MARKER })
  })

  test('a disk that is full', async (context) => {
    const outer = await repository(context)
    const place = join(outer.folder, 'disk')
    mkdirSync(place)
    const mounted =
      process.platform === 'linux' &&
      isRoot() &&
      spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', place]).status === 0
    if (!mounted) context.skip('a small disk can only be mounted by root on Linux')
    context.onCleanup(() => {
      spawnSync('umount', [place])
    })
    const made = new Repository(place, outer)
    made.write('.secretsrc', outer.read('.secretsrc'))
    made.write(FILE, `a: ${MARKER}\nb: ${MARKER}${'x'.repeat(32_000)}\n`)
    const home = { HOME: outer.folder }
    await made.refuses(['encrypt'], { status: 3, message: /secrets\/app\.yaml: .*(?:space|full)/, env: home })
    assert.equal(leftovers(made), [])
  })

  test('kill -9 at any moment of an encryption of many files', async (context) => {
    const made = await repository(context)
    for (let round = 0; round < 12; round += 1) {
      rmSync(join(made.folder, 'secrets'), { recursive: true, force: true })
      for (let index = 0; index < 20; index += 1) made.write(`secrets/app.${index}.yaml`, plain(index))
      const child = start(made, ['encrypt'])
      const timer = setTimeout(() => child.kill('SIGKILL'), 60 + round * 25)
      await ended(child)
      clearTimeout(timer)
      for (let index = 0; index < 20; index += 1) {
        const text = made.read(`secrets/app.${index}.yaml`)
        if (text !== plain(index)) assert.match(text, /^a: ENC\[[^]*version: [\d.]+\n$/)
      }
      // The next command takes over what the killed one left, and the next write removes what stood in clear.
      await made.must(['encrypt'])
      const index = round % 20
      assert.is(await made.must(['decrypt', `secrets/app.${index}.yaml`]), plain(index))
      await made.must(['set', 'secrets/app.0.yaml', 'b'], { stdin: MARKER })
      for (const name of leftovers(made)) {
        assert.match(name, /^\.(?:secrets-lock|app\.\d+\.yaml\.secrets-[0-9a-f]{12}\.tmp)$/)
        assert.not.match(made.read(`secrets/${name}`), new RegExp(MARKER))
      }
    }
  }, 180)

  test('two processes that change one file: no change is lost, or one is told to try again', async (context) => {
    const made = await encryptedRepository(context)
    const names = ['one', 'two', 'three', 'four']
    const statuses = await Promise.all(
      names.map(async (name) => {
        const child = start(made, ['set', FILE, name])
        child.stdin?.end(`${MARKER}-${name}`)
        return ended(child)
      }),
    )
    const text = await made.must(['decrypt', FILE])
    for (const [index, name] of names.entries()) {
      const isThere = text.includes(`${name}: ${MARKER}-${name}`)
      assert.is(statuses[index], isThere ? 0 : 75, `${name}: ${statuses.join(' ')}\n${text}`)
    }
    assert.ok(statuses.includes(0))
    assert.equal(leftovers(made), [])
  })

  test('Ctrl-C in edit: nothing is written, and no text stays behind', async (context) => {
    const made = await encryptedRepository(context)
    const before = made.read(FILE)
    made.write('editor.cjs', `require('node:fs').writeFileSync('started', ''); setInterval(() => 0, 1000)`)
    const folder = join(made.folder, '.tmp')
    mkdirSync(folder)
    const env = {
      SECRETS_EDITOR: `${process.execPath} ${join(made.folder, 'editor.cjs')}`,
      TMPDIR: folder,
      XDG_RUNTIME_DIR: folder,
    }
    const child = start(made, ['edit', FILE], env)
    const limit = Date.now() + 20_000
    while (!readdirSync(made.folder).includes('started') && Date.now() < limit)
      await new Promise((done) => setTimeout(done, 50))
    child.kill('SIGINT')
    const patience = setTimeout(() => child.kill('SIGTERM'), 4000)
    const status = await ended(child)
    clearTimeout(patience)
    assert.ok([130, 143].includes(status), String(status))
    assert.is(made.read(FILE), before)
    assert.equal(readdirSync(folder, { recursive: true }), [])
  })
})
