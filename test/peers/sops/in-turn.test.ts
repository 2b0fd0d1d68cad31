/** Files that both tools change in turn, each through its own command line. */
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { BothTools, type Identity, newIdentity, SUFFIXES } from './both-tools.ts'

const PLAIN: Readonly<Record<string, string>> = {
  yaml: '# head\nuser: admin # behind\n\npassword: "s3cret"\nlist:\n  # first\n  - a\n  - b\nmap: {k: v}\nblock: |\n  one\n  two\n',
  json: '{\n  "user": "admin",\n  "password": "s3cret",\n  "list": ["a", "b"],\n  "map": {"k": "v"}\n}\n',
  dotenv: '# head\nUSER=admin\n\npassword=s3cret\n',
  ini: '; head\n[db]\nuser = admin\npassword = s3cret\n',
}

/** Where the values of a format are: for us and for sops. */
const PLACES: Readonly<Record<string, { ours: string; sops: string; added: string; addedSops: string }>> = {
  yaml: { ours: 'password', sops: '["password"]', added: 'map.new', addedSops: '["map"]["new"]' },
  json: { ours: 'password', sops: '["password"]', added: 'map.new', addedSops: '["map"]["new"]' },
  dotenv: { ours: 'password', sops: '["password"]', added: 'NEW', addedSops: '["NEW"]' },
  ini: { ours: 'db.password', sops: '["db"]["password"]', added: 'db.new', addedSops: '["db"]["new"]' },
}

/** Both command lines on one file. */
class InTurn extends BothTools {
  readonly file: string
  readonly #context: TestContext
  readonly #keys: readonly Identity[]

  constructor(context: TestContext, keys: readonly Identity[], format: string) {
    super(context, keys)
    this.#context = context
    this.#keys = keys
    this.file = `secret.${SUFFIXES[format]}`
    this.write(this.file, PLAIN[format] ?? '')
    this.write('.secretsrc', configuration(keys))
    this.write('.sops.yaml', JSON.stringify({ creation_rules: [{ age: keys.map((key) => key.recipient).join(',') }] }))
  }

  async secrets(args: readonly string[], stdin = '', env: Readonly<Record<string, string>> = {}): Promise<string> {
    const own = isolatedEnvironment(this.folder, { SECRETS_AGE_KEY: this.env['SOPS_AGE_KEY'], ...env })
    const { status, stdout, stderr } = await runSecrets(args, { cwd: this.folder, env: own, stdin })
    if (status !== 0) throw new Error(`secrets ${args.join(' ')}: status ${status}\n${stderr}`)
    return stdout
  }

  /** Both read the same value. */
  async bothGet(ours: string, sops: string, expected: string): Promise<void> {
    assert.is(await this.secrets(['get', this.file, ours]), expected)
    const bySops = (await this.mustSops('decrypt', '--extract', sops, this.file)).toString()
    assert.is(bySops.trimEnd(), expected.trimEnd())
  }

  /** An editor that puts `to` in the place of `from`. */
  #editor(from: string, to: string): string {
    const script = `const fs = require('node:fs'); const file = process.argv.at(-1); fs.writeFileSync(file, fs.readFileSync(file, 'utf8').replace(${JSON.stringify(from)}, ${JSON.stringify(to)}))`
    this.write('editor.cjs', script)
    return `${process.execPath} ${join(this.folder, 'editor.cjs')}`
  }

  async editBySops(from: string, to: string): Promise<void> {
    const editor = new BothTools(this.#context, this.#keys, { SOPS_EDITOR: this.#editor(from, to) })
    await editor.mustSops('edit', join(this.folder, this.file))
  }

  async editByUs(from: string, to: string): Promise<void> {
    await this.secrets(['edit', this.file], '', { SECRETS_EDITOR: this.#editor(from, to) })
  }
}

function configuration(keys: readonly Identity[]): string {
  const names = keys.map(({ recipient }, index) => `  r${index}: ${recipient}\n`).join('')
  const list = keys.map((_, index) => `r${index}`).join(', ')
  return `version: 1\nrecipients:\n${names}environments:\n  all:\n    files: secret.*\n    recipients: [${list}]\n`
}

suite('files changed in turn', (test) => {
  for (const [format, places] of Object.entries(PLACES)) {
    test(`${format}: set, unset, edit, rotate and updatekeys of sops, set, unset, edit and encrypt of ours`, async (context) => {
      const key = await newIdentity()
      const turn = new InTurn(context, [key], format)
      await turn.secrets(['encrypt'])
      await turn.bothGet(places.ours, places.sops, 's3cret')

      await turn.mustSops('set', turn.file, places.sops, '"by sops"')
      await turn.bothGet(places.ours, places.sops, 'by sops')
      await turn.secrets(['set', turn.file, places.ours], 'by us')
      await turn.bothGet(places.ours, places.sops, 'by us')

      await turn.secrets(['set', turn.file, places.added], 'added')
      await turn.bothGet(places.added, places.addedSops, 'added')
      await turn.mustSops('unset', turn.file, places.addedSops)
      await turn.mustSops('set', turn.file, places.addedSops, '"again"')
      await turn.bothGet(places.added, places.addedSops, 'again')
      await turn.secrets(['unset', turn.file, places.added])
      assert.not.match((await turn.mustSops('decrypt', turn.file)).toString(), /again|added/)

      await turn.mustSops('rotate', '-i', turn.file)
      await turn.bothGet(places.ours, places.sops, 'by us')
      const other = await newIdentity()
      turn.write('.sops.yaml', JSON.stringify({ creation_rules: [{ age: `${key.recipient},${other.recipient}` }] }))
      await turn.mustSops('updatekeys', '--yes', turn.file)
      await turn.bothGet(places.ours, places.sops, 'by us')
      turn.write('.secretsrc', configuration([key, other]))

      await turn.editBySops('by us', 'edited by sops')
      await turn.bothGet(places.ours, places.sops, 'edited by sops')
      await turn.editByUs('edited by sops', 'edited by us')
      await turn.bothGet(places.ours, places.sops, 'edited by us')
    }, 120)
  }

  test('a file of sops is completed by us, and one of ours is encrypted again by nobody', async (context) => {
    const key = await newIdentity()
    const turn = new InTurn(context, [key], 'yaml')
    await turn.mustSops('encrypt', '-i', turn.file)
    const before = turn.read(turn.file).toString()
    turn.write(turn.file, before.replace('sops:\n', 'fresh: in clear\nsops:\n'))
    await turn.secrets(['encrypt'])
    const after = turn.read(turn.file).toString()
    assert.match(after, /^fresh: ENC\[/m)
    for (const line of before.split('\n').filter((one) => /^[a-z].*type:str/.test(one) && !one.includes('mac'))) {
      assert.ok(after.includes(line), 'a value that did not change keeps its ciphertext')
    }
    await turn.bothGet('fresh', '["fresh"]', 'in clear')
    assert.is((await turn.sops('encrypt', turn.file)).status, 203)
    await turn.secrets(['encrypt'])
    assert.is(turn.read(turn.file).toString(), after)
  })

  test('an edit by sops that changes nothing for us leaves our values', async (context) => {
    const key = await newIdentity()
    const turn = new InTurn(context, [key], 'yaml')
    await turn.secrets(['encrypt'])
    await turn.mustSops('set', turn.file, '["user"]', '"root"')
    const text = await turn.secrets(['decrypt', turn.file])
    assert.match(text, /user: root/)
    assert.match(text, /block: \|\n {4}one\n {4}two\n|block: "one\\ntwo\\n"/)
    await turn.secrets(['set', turn.file, 'user'], 'admin')
    await turn.bothGet('block', '["block"]', 'one\ntwo\n')
  })
})
