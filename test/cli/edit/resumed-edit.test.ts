/** `edit --resume` of a file that was changed after the edit was begun. */
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { person } from '../../keys/support/keyring-parts.ts'
import { writeBelow } from '../../support/git-sandbox.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type Outcome, run } from '../in-process.ts'

const FILE = 'secrets/a.yaml'
const PLAIN = '# head\npassword: one\nother: two\nlist:\n  - a\n'

interface Desk {
  secrets(argv: readonly string[], stdin?: string): Promise<Outcome>
  /** Edits with an editor that runs `code` on the text `t`, and fails unless it is to succeed. */
  edit(code: string, options?: { readonly fails?: boolean; readonly resume?: boolean }): Promise<Outcome>
  plain(): Promise<string>
  /** How many files of kept edits there are. */
  kept(): number
}

async function desk(
  context: Pick<TestContext, 'onCleanup'>,
  file: string = FILE,
  plain: string = PLAIN,
): Promise<Desk> {
  const folder = temporaryFolder(context)
  const { identity, recipient } = await person()
  const state = join(folder, 'state')
  const env = { SECRETS_AGE_KEY: identity, XDG_STATE_HOME: state, LOCALAPPDATA: state, HOME: folder }
  const secrets: Desk['secrets'] = (argv, stdin) =>
    run(argv, { cwd: folder, env, ...(stdin === undefined ? {} : { stdin }) })
  writeFileSync(
    join(folder, '.secretsrc'),
    `version: 1\nrecipients: { alice: ${recipient} }\nenvironments: { e: { files: 'secrets/**', recipients: [alice] } }\n`,
  )
  writeBelow(folder, file, plain)
  const made = await secrets(['encrypt', file])
  assert.is(made.status, 0, made.stderr)
  const edit: Desk['edit'] = (code, { fails = false, resume = false } = {}) => {
    const script = join(folder, 'editor.cjs')
    const text = `const fs = require('node:fs'); const [, , file] = process.argv; let t = fs.readFileSync(file, 'utf8')`
    writeFileSync(script, `${text}\n${code}\nfs.writeFileSync(file, t)\nprocess.exitCode = ${fails ? 1 : 0}\n`)
    const editor = { EDITOR: `"${process.execPath}" "${script}"` }
    const argv = ['edit', ...(resume ? ['--resume'] : []), file]
    return run(argv, { cwd: folder, env: { ...env, ...editor } })
  }
  const files = (): readonly string[] => readdirSync(folder, { recursive: true }).map(String)
  return {
    secrets,
    edit,
    plain: async () => (await secrets(['decrypt', file])).stdout,
    kept: () => files().filter((name) => /edits[\\/][0-9a-f]/.test(name)).length,
  }
}

suite('resumed edit', (test) => {
  test('what became of the file meanwhile is merged into the edit', async (context) => {
    const made = await desk(context)
    assert.is.not((await made.edit(`t = t.replace('one', 'mine') + 'fresh: x\\n'`, { fails: true })).status, 0)
    assert.is(made.kept(), 2)
    await made.secrets(['set', FILE, 'other'], 'theirs')
    await made.secrets(['set', FILE, 'list[1]'], 'b')
    const { status, stderr } = await made.edit('', { resume: true })
    assert.is(status, 0, stderr)
    assert.match(stderr, `${FILE} was changed meanwhile: those changes are merged into your edit`)
    assert.is(await made.plain(), '# head\npassword: mine\nother: theirs\nlist:\n  - a\n  - b\nfresh: x\n')
    assert.is(made.kept(), 0)
  })

  test('what both changed stands between markers, which have to go before it is saved', async (context) => {
    const made = await desk(context)
    await made.edit(`t = t.replace('one', 'mine')`, { fails: true })
    await made.secrets(['set', FILE, 'password'], 'theirs')
    await made.secrets(['set', FILE, 'other'], 'changed')
    const refused = await made.edit('', { resume: true })
    assert.match(refused.stderr, 'somebody changed what you edited: both stand between markers')
    assert.match(refused.stderr, `${FILE}:2: conflict markers are left`)
    assert.match(refused.stderr, `go on with: secrets edit --resume ${FILE}`)
    assert.is(refused.status, 2)
    assert.match(await made.plain(), 'password: theirs')
    const again = await made.edit('', { resume: true })
    assert.is(again.status, 2)
    const solve = `if (!/your edit\\n(password: mine)\\n=+\\npassword: theirs\\n>+ the file/.test(t)) process.exit(9)
      t = t.replace(/<.*\\n(.*\\n)=+\\n.*\\n>.*\\n/, '$1')`
    const { status, stderr } = await made.edit(solve, { resume: true })
    assert.is(status, 0, stderr)
    assert.is(await made.plain(), PLAIN.replace('one', 'mine').replace('two', 'changed'))
    assert.is(made.kept(), 0)
  })

  test('an edit that is not valid yet is merged by lines', async (context) => {
    const made = await desk(context)
    await made.edit(`t = t.replace('one', '"mine')`)
    assert.is(made.kept(), 2)
    await made.secrets(['set', FILE, 'list[1]'], 'b')
    const { status, stderr } = await made.edit(`t = t.replace('"mine', '"mine"')`, { resume: true })
    assert.is(status, 0, stderr)
    assert.is(await made.plain(), `${PLAIN.replace('one', '"mine"')}  - b\n`)
  })

  test('a file that is no text of any format is merged by lines too', async (context) => {
    const lines = 'one\ntwo\nthree\nfour\nfive\n'
    const made = await desk(context, 'secrets/a.txt', lines)
    await made.edit(`t = t.replace('one', 'mine')`, { fails: true })
    await made.secrets(['set', '--keep-newline', 'secrets/a.txt'], lines.replace('five', 'theirs'))
    const { status, stderr } = await made.edit('', { resume: true })
    assert.is(status, 0, stderr)
    assert.is(await made.plain(), 'mine\ntwo\nthree\nfour\ntheirs\n')
  })

  test('a file that was not changed is gone on with as before', async (context) => {
    const made = await desk(context)
    await made.edit(`t = t.replace('one', 'mine')`, { fails: true })
    const { status, stderr } = await made.edit(`t += 'more: x\\n'`, { resume: true })
    assert.is(status, 0)
    assert.not.match(stderr, 'meanwhile')
    assert.is(await made.plain(), `${PLAIN.replace('one', 'mine')}more: x\n`)
  })
})
