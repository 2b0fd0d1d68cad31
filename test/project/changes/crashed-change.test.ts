import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../../src/core/errors.ts'
import { placesBelow } from '../../../src/project/changes/change-place.ts'
import { forgetChange, settleChange } from '../../../src/project/changes/settle-change.ts'
import { findUnfinished, type UnfinishedChange } from '../../../src/project/changes/unfinished-changes.ts'
import { writeFiles } from '../../../src/project/write-files.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import {
  changesOf,
  contentOf,
  expected,
  filesIn,
  KINDS,
  type Kind,
  makeFiles,
  NAMES,
  namesOf,
} from './sample-changes.ts'

interface Tree {
  readonly parent: string
  readonly folder: string
  readonly state: string
}

/** A work tree of git, or a folder without git, with the files as they are before the change. */
function makeTree(kind: Kind, git: boolean, context: TestContext): Tree {
  const parent = temporaryFolder(context)
  const tree = { parent, folder: join(parent, 'work'), state: join(parent, 'state') }
  mkdirSync(tree.folder)
  makeFiles(kind, tree.folder)
  if (git) {
    mkdirSync(join(tree.folder, '.git'))
    writeFileSync(join(tree.folder, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  }
  return tree
}

/** Kills a process that changes the files when `count` of them are exchanged. */
async function crash(kind: Kind, { folder, state }: Tree, count: number): Promise<void> {
  const script = fileURLToPath(new URL('crashing-write.ts', import.meta.url))
  const args = ['--import', 'tsx', script, kind, folder, state, String(count)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit'] })
  const [, signal]: unknown[] = await once(child, 'close')
  if (signal !== 'SIGKILL') throw new Error(`the process ended otherwise: ${String(signal)}`)
}

async function unfinishedIn({ folder, state }: Tree): Promise<readonly UnfinishedChange[]> {
  return findUnfinished(await placesBelow([folder], state))
}

async function theOnly(tree: Tree): Promise<UnfinishedChange> {
  const [only, ...others] = await unfinishedIn(tree)
  assert.is(others.length, 0)
  if (only === undefined) throw new Error('there is no unfinished change')
  return only
}

/** Stands for decrypting: all that was encrypted in the test is known. */
function reveal(kind: Kind): (path: string) => Promise<Uint8Array> {
  return async (path) => {
    const index = NAMES.findIndex((name) => path.replaceAll('\\', '/').endsWith(name))
    const time = kind === 'decrypt' ? 'new' : 'old'
    const other = time === 'new' ? 'old' : 'new'
    assert.is(readFileSync(path, 'utf8'), contentOf(kind, index, other))
    return Buffer.from(contentOf(kind, index, time))
  }
}

async function settle(kind: Kind, direction: 'finish' | 'undo', tree: Tree): Promise<void> {
  await settleChange(await theOnly(tree), { direction, reveal: reveal(kind), from: tree.folder })
}

async function errorOf(action: Promise<unknown>): Promise<SecretsError> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

/** Whether any file in a folder, under whatever name, holds a value in clear that the work tree does not have in its place. */
function copiesInClear({ parent, folder }: Tree): readonly string[] {
  const names = readdirSync(parent, { recursive: true, encoding: 'utf8', withFileTypes: true })
  const own = new Set(NAMES.map((name) => join(folder, name)))
  return names
    .filter((entry) => entry.isFile() && !own.has(join(entry.parentPath, entry.name)))
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((path) => readFileSync(path, 'utf8').includes('marker-clear'))
}

suite('a change of several files that is killed', (test) => {
  for (const git of [true, false]) {
    for (const kind of KINDS) {
      test(`${kind}, ${git ? 'in a work tree of git' : 'without git'}: can be finished and taken back`, async (context) => {
        for (let count = 0; count <= namesOf(kind).length; count += 1) {
          for (const direction of ['finish', 'undo'] as const) {
            const tree = makeTree(kind, git, context)
            await crash(kind, tree, count)
            if (count === 0 || count === namesOf(kind).length) {
              // No file contradicts another: nothing is to be decided, and nothing is left.
              assert.equal(await unfinishedIn(tree), [])
              assert.equal(filesIn(tree.folder), expected(kind, count === 0 ? 'old' : 'new'))
              break
            }
            const { files } = await theOnly(tree)
            const states = namesOf(kind).map((_, index) => (index < count ? 'new' : 'old'))
            assert.equal(
              files?.map(({ state }) => state),
              states,
            )
            assert.equal(copiesInClear(tree), [], 'nothing in clear is left beside the files themselves')
            await settle(kind, direction, tree)
            assert.equal(filesIn(tree.folder), expected(kind, direction === 'finish' ? 'new' : 'old'), `after ${count}`)
            assert.equal(await unfinishedIn(tree), [])
            const left = git ? join(tree.folder, '.git', 'secretsrc-changes') : join(tree.state, 'changes')
            assert.not.ok(existsSync(left), 'nothing is left of it')
          }
        }
      }, 240)
    }
  }

  test('nothing is written before it is settled, in the whole work tree', async (context) => {
    const tree = makeTree('rotate', true, context)
    await crash('rotate', tree, 2)
    const before = filesIn(tree.folder)
    const other = { path: join(tree.folder, 'sub', 'other'), content: Buffer.from('x'), expects: 'nothing' } as const
    const error = await errorOf(writeFiles([{ ...other, protection: 'shared' }], { root: tree.folder }))
    assert.is(error.code, 'UNFINISHED_CHANGE')
    assert.is(error.message, 'a change of 4 files was interrupted in the middle: 2 written, 2 not')
    assert.equal(error.details, [
      '.secretsrc: written',
      'a.yaml: written',
      `${join('sub', 'b.yaml')}: not written`,
      `${join('sub', 'c "ü".env')}: not written`,
    ])
    assert.match(error.hint ?? '', /secrets unfinished/)
    assert.equal(filesIn(tree.folder), before)
    await forgetChange(await theOnly(tree))
    const { '.secretsrc': config, 'a.yaml': first, 'sub/b.yaml': second } = filesIn(tree.folder)
    assert.ok(config?.includes('new') === true && first?.includes('new') === true && second?.includes('old') === true)
    assert.equal(Object.keys(filesIn(tree.folder)).length, 3, 'what was on its way is removed')
    await writeFiles([{ ...other, protection: 'shared' }], { root: tree.folder })
  })

  test('a file that was changed since is not overwritten, and is named', async (context) => {
    const tree = makeTree('rotate', true, context)
    await crash('rotate', tree, 2)
    writeFileSync(join(tree.folder, 'sub', 'b.yaml'), 'edited by hand')
    const before = filesIn(tree.folder)
    for (const direction of ['finish', 'undo'] as const) {
      const error = await errorOf(settle('rotate', direction, tree))
      assert.is(error.code, 'FILE_CHANGED')
      assert.equal(error.details, [`${join('sub', 'b.yaml')}: changed since`])
      assert.match(error.hint ?? '', /--forget/)
      assert.equal(filesIn(tree.folder), before)
    }
  })

  test('a content that is gone or was exchanged is not used', async (context) => {
    const tree = makeTree('rotate', true, context)
    await crash('rotate', tree, 2)
    const [staged = ''] = readdirSync(join(tree.folder, 'sub')).filter((name) => name.includes('.secrets-'))
    writeFileSync(join(tree.folder, 'sub', staged), 'something else')
    const before = filesIn(tree.folder)
    const error = await errorOf(settle('rotate', 'finish', tree))
    assert.is(error.code, 'WRITE_FAILED')
    assert.match(error.hint ?? '', /--undo/)
    assert.equal(filesIn(tree.folder), before)
    await settle('rotate', 'undo', tree)
    assert.equal(filesIn(tree.folder), expected('rotate', 'old'))
  })

  test('a change that is on its way is not taken for a killed one', async (context) => {
    const tree = makeTree('rotate', true, context)
    const seen: (readonly UnfinishedChange[])[] = []
    await writeFiles(changesOf('rotate', tree.folder), {
      root: tree.folder,
      disk: {
        rename: async (from, to) => {
          seen.push(await unfinishedIn(tree))
          await rename(from, to)
        },
      },
    })
    assert.equal(seen, [[], [], [], []])
    assert.equal(filesIn(tree.folder), expected('rotate', 'new'))
    assert.not.ok(existsSync(join(tree.folder, '.git', 'secretsrc-changes', 'journal.json')))
  })
})
