import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../../src/core/errors.ts'
import { placesBelow } from '../../../src/project/changes/change-place.ts'
import { forgetChange, settleChange } from '../../../src/project/changes/settle-change.ts'
import { findUnfinished, type UnfinishedChange } from '../../../src/project/changes/unfinished-changes.ts'
import { writeFiles } from '../../../src/project/write-files.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const ID = '0123456789ab'
const OLD = 'old'
const EVIL = 'evil'
const STAGED = '.x.secrets-0123456789ab.tmp'

interface Planted {
  readonly parent: string
  readonly folder: string
  /** Where the journal is. */
  readonly change: string
}

function mark(content: string): { readonly sha256: string } {
  return { sha256: createHash('sha256').update(content).digest('hex') }
}

/**
 * What an archive of a repository could bring: a journal in the folder of git that names `victim`, beside a file that was
 * "written" already, so that the change seems unfinished.
 */
function plant(context: TestContext, victim: { readonly path: string; readonly staged?: string | null }): Planted {
  const parent = temporaryFolder(context)
  const folder = join(parent, 'work')
  const change = join(folder, '.git', 'secretsrc-changes', ID)
  mkdirSync(change, { recursive: true })
  writeFileSync(join(folder, '.git', 'HEAD'), 'ref: refs/heads/main\n')
  writeFileSync(join(folder, '.git', 'config'), OLD)
  writeFileSync(join(folder, 'done'), 'new')
  writeFileSync(join(folder, STAGED), EVIL)
  writeFileSync(join(parent, STAGED), EVIL)
  writeFileSync(join(parent, 'victim'), OLD)
  writeFileSync(join(folder, '.git', STAGED), EVIL)
  writeFileSync(join(change, '1.new'), EVIL)
  writeFileSync(join(change, '1.old'), EVIL)
  const files = [
    { path: 'done', before: mark('before'), after: mark('new'), staged: STAGED },
    { path: victim.path, before: mark(OLD), after: mark(EVIL), staged: victim.staged ?? STAGED },
  ]
  writeFileSync(join(change, 'journal.json'), JSON.stringify({ version: 1, files }))
  ownerOf(change, [join(parent, STAGED), join(parent, 'victim')])
  return { parent, folder, change }
}

/** Of a process that is long gone. */
function ownerOf(change: string, temporary: readonly string[]): void {
  writeFileSync(join(change, 'owner.json'), JSON.stringify({ temporary }))
  utimesSync(join(change, 'owner.json'), 0, 0)
}

async function found({ folder }: Planted): Promise<readonly UnfinishedChange[]> {
  return findUnfinished(await placesBelow([folder], undefined))
}

async function errorOf(action: Promise<unknown>): Promise<SecretsError> {
  const error: unknown = await action.then(
    () => undefined,
    (reason: unknown) => reason,
  )
  if (isSecretsError(error)) return error
  throw new Error('no error of ours', { cause: error })
}

async function settleAll(planted: Planted): Promise<void> {
  for (const change of await found(planted)) {
    for (const direction of ['finish', 'undo'] as const) {
      const reveal = async (): Promise<Uint8Array> => Buffer.from(EVIL)
      const error = await errorOf(settleChange(change, { direction, reveal, from: planted.folder }))
      assert.ok(['METADATA_INVALID', 'WRITE_FAILED', 'FILE_CHANGED'].includes(error.code), error.code)
    }
  }
}

const outside = [
  '../victim',
  'sub/../../victim',
  './../victim',
  '/victim',
  '.git/config',
  '.GIT/config',
  '.git./config',
  'git~1/config',
  'sub/.git/config',
  '',
  '.',
  'a\0b',
]

suite('a planted journal', (test) => {
  for (const path of outside) {
    test(`does not lead to ${JSON.stringify(path)}`, async (context) => {
      const planted = plant(context, { path })
      const changes = await found(planted)
      assert.equal(
        changes.map(({ files }) => files),
        [undefined],
      )
      await settleAll(planted)
      await forgetChange(changes[0] ?? { place: { folder: planted.change, base: planted.folder }, files: undefined })
      assert.is(readFileSync(join(planted.parent, 'victim'), 'utf8'), OLD)
      assert.is(readFileSync(join(planted.folder, '.git', 'config'), 'utf8'), OLD)
      assert.is(readFileSync(join(planted.parent, STAGED), 'utf8'), EVIL, 'nothing outside is removed either')
      assert.not.ok(existsSync(planted.change))
    })
  }

  test('does not take a new content from elsewhere, or under a name that is not ours', async (context) => {
    for (const staged of ['../victim', 'done', `../${STAGED}`, `sub/${STAGED}`, '/etc/hostname', '.git/config']) {
      const planted = plant(context, { path: 'victim', staged })
      writeFileSync(join(planted.folder, 'victim'), OLD)
      assert.is((await found(planted))[0]?.files, undefined, staged)
      await settleAll(planted)
      assert.is(readFileSync(join(planted.folder, 'victim'), 'utf8'), OLD)
    }
  })

  test('does not write through links', async (context) => {
    if (process.platform === 'win32') context.skip('making links needs a right on Windows')
    const through = plant(context, { path: 'link/victim' })
    symlinkSync('..', join(through.folder, 'link'))
    assert.is((await found(through))[0]?.files, undefined)
    await settleAll(through)
    assert.is(readFileSync(join(through.parent, 'victim'), 'utf8'), OLD)
    const file = plant(context, { path: 'link' })
    symlinkSync('../victim', join(file.folder, 'link'))
    assert.equal(
      (await found(file))[0]?.files?.map(({ state }) => state),
      ['new', 'other'],
    )
    await settleAll(file)
    assert.is(readFileSync(join(file.parent, 'victim'), 'utf8'), OLD)
  })

  test('has nothing outside removed as a leftover', async (context) => {
    const planted = plant(context, { path: 'victim' })
    rmSync(join(planted.change, 'journal.json'))
    ownerOf(planted.change, [
      join(planted.parent, STAGED),
      join(planted.parent, 'victim'),
      join(planted.folder, 'done'),
    ])
    assert.equal(await found(planted), [])
    assert.not.ok(existsSync(planted.change))
    for (const path of [join(planted.parent, STAGED), join(planted.parent, 'victim'), join(planted.folder, 'done')]) {
      assert.ok(existsSync(path), path)
    }
  })

  test('a new or old content that is a link is not taken', async (context) => {
    if (process.platform === 'win32') context.skip('making links needs a right on Windows')
    const planted = plant(context, { path: 'victim', staged: '.y.secrets-0123456789ab.tmp' })
    writeFileSync(join(planted.folder, 'victim'), OLD)
    writeFileSync(join(planted.parent, 'private'), EVIL)
    symlinkSync('../private', join(planted.folder, '.y.secrets-0123456789ab.tmp'))
    await settleAll(planted)
    assert.is(readFileSync(join(planted.folder, 'victim'), 'utf8'), OLD)
  })

  test('the folder of journals is not a link, and not that of somebody else', async (context) => {
    if (process.platform === 'win32') context.skip('making links needs a right on Windows')
    const parent = temporaryFolder(context)
    const folder = join(parent, 'work')
    mkdirSync(join(folder, '.git'), { recursive: true })
    mkdirSync(join(parent, 'elsewhere'))
    writeFileSync(join(folder, '.git', 'HEAD'), '')
    symlinkSync('../../elsewhere', join(folder, '.git', 'secretsrc-changes'))
    mkdirSync(join(parent, 'elsewhere', ID))
    assert.equal(await findUnfinished(await placesBelow([folder], undefined)), [])
    await writeFiles(
      ['a', 'b'].map((name) => ({
        path: join(folder, name),
        content: Buffer.from('x'),
        expects: 'nothing',
        protection: 'private',
        clear: 'new',
      })),
    )
    assert.ok(existsSync(join(parent, 'elsewhere', ID)))
    assert.is(readFileSync(join(folder, 'a'), 'utf8'), 'x')
  })

  test('a journal that is a link, a folder or far too long is not read', async (context) => {
    const planted = plant(context, { path: 'victim' })
    const journal = join(planted.change, 'journal.json')
    rmSync(journal)
    mkdirSync(journal)
    assert.is((await found(planted))[0]?.files, undefined)
    rmSync(journal, { recursive: true })
    writeFileSync(journal, '')
    truncateSync(journal, 65 * 1024 * 1024)
    assert.is((await found(planted))[0]?.files, undefined)
    if (process.platform === 'win32') return
    const text = JSON.stringify({ version: 1, files: [] })
    writeFileSync(join(planted.parent, 'journal'), text)
    rmSync(journal)
    symlinkSync(join(planted.parent, 'journal'), journal)
    assert.equal(
      (await found(planted)).map(({ files }) => files),
      [undefined],
    )
  })

  test('a damaged journal stops writing and is dropped by --forget alone', async (context) => {
    for (const text of [
      '',
      '{',
      '[]',
      '{"version":2,"files":[]}',
      '{"version":1,"files":[1]}',
      '{"version":1,"files":{}}',
    ]) {
      const planted = plant(context, { path: 'victim' })
      writeFileSync(join(planted.change, 'journal.json'), text)
      const change = { path: join(planted.folder, 'n'), content: Buffer.from(''), expects: 'nothing' } as const
      const error = await errorOf(writeFiles([{ ...change, protection: 'shared' }]))
      assert.is(error.code, 'UNFINISHED_CHANGE', text)
      assert.match(error.hint ?? '', /--forget/)
      const [only] = await found(planted)
      if (only === undefined) throw new Error('not found')
      await forgetChange(only)
      await writeFiles([{ ...change, protection: 'shared' }])
    }
  })
})
