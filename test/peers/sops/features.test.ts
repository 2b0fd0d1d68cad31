/** What a file can be made with: selectors, MAC of the encrypted values alone, recipients, groups, documents, notations. */
import * as assert from 'uvu/assert'
import type { Selection } from '../../../src/core/metadata-model.ts'
import type { SealOptions } from '../../../src/core/seal-text.ts'
import { formatByName } from '../../../src/formats/find-format.ts'
import { suite } from '../../support/suite.ts'
import { BothTools, newIdentity, SUFFIXES, valuesOf } from './both-tools.ts'

const PLAIN: Readonly<Record<string, string>> = {
  yaml: [
    '# head comment',
    'user: admin # behind',
    '# marked',
    'password: "s3cret"',
    'port: 5432',
    'ratio: 1.50',
    'mode: 0755',
    'on: TRUE',
    'since: 2020-01-02',
    'none: null',
    'empty: ""',
    'list:',
    '  # in a list',
    '  - a',
    '  #',
    '  - {k: v, n_x: 1}',
    'data_x:',
    '  # inside',
    '  deep: |',
    '    line one',
    '    line two',
    '  folded: >-',
    '    one',
    '    two',
    'last: !Ref Thing',
    '',
  ].join('\n'),
  json: '{\n  "user": "admin",\n  "password": "s3cret",\n  "port": 5432,\n  "f": 1.0,\n  "list": ["a", {"k": "v"}],\n  "data_x": {"deep": "<&>"},\n  "none": null, "on": true\n}\n',
  dotenv: '# head comment\nUSER=admin\n# marked\npassword="s3cret"\ndata_x=a\\nb\nEMPTY=\n',
  ini: '; head\n[db]\nuser = admin\n; marked\npassword = "s3cret"\ndata_x = 1\n\n[more]\nport=5432\n',
}

const SELECTIONS: readonly Selection[] = [
  { by: 'none' },
  { by: 'unencrypted_suffix', pattern: '_x' },
  { by: 'encrypted_suffix', pattern: '_x' },
  { by: 'unencrypted_regex', pattern: '^(?:user|list|db)$' },
  { by: 'encrypted_regex', pattern: '^pass|^d' },
  { by: 'unencrypted_comment_regex', pattern: 'mark' },
  { by: 'encrypted_comment_regex', pattern: 'mark|inside' },
]

/** A configuration of sops; not all selectors can be given on its command line. */
function rule(recipient: string, selection: Selection, macOnlyEncrypted = false): string {
  const selector = selection.by === 'none' ? {} : { [selection.by]: selection.pattern }
  const mac = macOnlyEncrypted ? { mac_only_encrypted: true } : {}
  return JSON.stringify({ creation_rules: [{ age: recipient, ...selector, ...mac }] })
}

/** Both ways for one plain file: sops gives our values from ours, and we its values from its own. */
async function checkBothWays(
  tools: BothTools,
  file: { readonly format: string; readonly plain: string; readonly rule: string },
  options: SealOptions,
): Promise<void> {
  const format = await formatByName(file.format)
  const suffix = SUFFIXES[file.format]
  const name = `plain.${suffix}`
  tools.write(name, file.plain)
  await tools.seal(`ours.${suffix}`, file.format, Buffer.from(file.plain), options)
  const bySops = await tools.mustSops('decrypt', `ours.${suffix}`)
  const wanted = withoutEmptyElements(valuesOf(format, Buffer.from(file.plain)))
  assert.equal(withoutEmptyElements(valuesOf(format, bySops)), wanted)
  assert.is(Buffer.from((await tools.open(`ours.${suffix}`, file.format)).content).toString(), file.plain)
  tools.write('.sops.yaml', file.rule)
  tools.write(`sops.${suffix}`, await tools.mustSops('encrypt', name))
  const open = await tools.open(`sops.${suffix}`, file.format)
  const expected = await tools.mustSops('decrypt', `sops.${suffix}`)
  assert.equal(valuesOf(format, open.content), valuesOf(format, expected))
  assert.equal(withoutEmptyElements(valuesOf(format, open.content)), wanted)
}

/** sops makes an empty element of the comment without text that stands in the list. */
function withoutEmptyElements(values: readonly string[]): readonly string[] {
  const kept = values.filter((value) => !value.endsWith('],"str",""]') || !value.startsWith('[["list"'))
  return kept.map((value) => value.replace(/^\[\["list",\d+/, '[["list"'))
}

suite('what sops files are made with', (test) => {
  for (const [format, plain] of Object.entries(PLAIN)) {
    for (const selection of SELECTIONS) {
      for (const macOnlyEncrypted of [false, true]) {
        test(`${format}, ${selection.by}${macOnlyEncrypted ? ', MAC of the encrypted values' : ''}`, async (context) => {
          const key = await newIdentity()
          const tools = new BothTools(context, [key])
          const options = await tools.options([key], { selection, macOnlyEncrypted })
          const created = rule(key.recipient, selection, macOnlyEncrypted)
          await checkBothWays(tools, { format, plain, rule: created }, options)
        })
      }
    }
  }

  test('encrypts the same entries as sops with every selector', async (context) => {
    const key = await newIdentity()
    const tools = new BothTools(context, [key])
    for (const [format, plain] of Object.entries(PLAIN)) {
      for (const selection of SELECTIONS) {
        const suffix = SUFFIXES[format]
        tools.write(`plain.${suffix}`, plain)
        await tools.seal(`ours.${suffix}`, format, Buffer.from(plain), await tools.options([key], { selection }))
        tools.write('.sops.yaml', rule(key.recipient, selection))
        tools.write(`sops.${suffix}`, await tools.mustSops('encrypt', `plain.${suffix}`))
        const [ours, sops] = [await tools.open(`ours.${suffix}`, format), await tools.open(`sops.${suffix}`, format)]
        const encrypted = (entries: typeof ours.entries): string[] =>
          entries
            .filter((entry) => entry.encrypted && entry.scalar.canonical !== '')
            .map(({ path }) => path.filter((part) => typeof part === 'string').join('.'))
        assert.equal(encrypted(ours.entries), encrypted(sops.entries), `${format} ${selection.by}`)
      }
    }
  })

  test('binary files', async (context) => {
    const key = await newIdentity()
    const tools = new BothTools(context, [key])
    for (const plain of [
      Buffer.from([0, 255, 10, 13, 128]),
      Buffer.alloc(0),
      Buffer.from('text\n'),
      Buffer.alloc(70_000, 7),
    ]) {
      tools.write('plain.bin', plain)
      await tools.seal('ours.bin', 'binary', plain, await tools.options([key]))
      assert.is(Buffer.compare(await tools.mustSops('decrypt', 'ours.bin'), plain), 0)
      tools.write('sops.bin', await tools.mustSops('encrypt', '--age', key.recipient, 'plain.bin'))
      assert.is(Buffer.compare((await tools.open('sops.bin', 'binary')).content, plain), 0)
    }
  })

  test('several documents with one data key', async (context) => {
    const key = await newIdentity()
    const tools = new BothTools(context, [key])
    const plain = 'a: 1\n---\n# two\nb: [x, y]\n---\n{c: "z"}\n...\n---\nd: |\n  e\n'
    await tools.seal('ours.yaml', 'yaml', Buffer.from(plain), await tools.options([key]))
    assert.is(
      (await tools.mustSops('decrypt', 'ours.yaml')).toString(),
      'a: 1\n---\n# two\nb:\n    - x\n    - "y"\n---\nc: z\n---\nd: |\n    e\n',
    )
    tools.write('plain.yaml', plain)
    tools.write('sops.yaml', await tools.mustSops('encrypt', '--age', key.recipient, 'plain.yaml'))
    const { content } = await tools.open('sops.yaml', 'yaml')
    const format = await formatByName('yaml')
    assert.equal(valuesOf(format, content, 9), valuesOf(format, await tools.mustSops('decrypt', 'sops.yaml'), 9))
  })

  test('several recipients, any of whom decrypts, a post-quantum one too', async (context) => {
    const keys = [await newIdentity(), await newIdentity(true), await newIdentity()]
    const plain = PLAIN['yaml'] ?? ''
    const all = new BothTools(context, keys)
    await all.seal('ours.yaml', 'yaml', Buffer.from(plain), await all.options(keys))
    all.write('plain.yaml', plain)
    const recipients = keys.map(({ recipient }) => recipient).join(',')
    const sops = await all.mustSops('encrypt', '--age', recipients, 'plain.yaml')
    for (const key of keys) {
      const one = new BothTools(context, [key])
      one.write('ours.yaml', all.read('ours.yaml'))
      one.write('sops.yaml', sops)
      assert.match((await one.mustSops('decrypt', 'ours.yaml')).toString(), /s3cret/)
      assert.match(Buffer.from((await one.open('sops.yaml', 'yaml')).content).toString(), /s3cret/)
    }
  })

  test('two of three groups', async (context) => {
    const [a, b, c] = [await newIdentity(), await newIdentity(), await newIdentity()]
    const plain = PLAIN['json'] ?? ''
    const all = new BothTools(context, [a, b, c])
    const groups = await all.wrapped([a], [b], [c])
    await all.seal('ours.json', 'json', Buffer.from(plain), await all.options([a], { groups, shamirThreshold: 2 }))
    all.write('plain.json', plain)
    const groupRule = { key_groups: [a, b, c].map(({ recipient }) => ({ age: [recipient] })), shamir_threshold: 2 }
    all.write('sops.yml', JSON.stringify({ creation_rules: [groupRule] }))
    const sops = await all.mustSops('--config', 'sops.yml', 'encrypt', 'plain.json')
    for (const pair of [
      [a, b],
      [b, c],
      [a, c],
    ]) {
      const two = new BothTools(context, pair)
      two.write('ours.json', all.read('ours.json'))
      two.write('sops.json', sops)
      assert.match((await two.mustSops('decrypt', 'ours.json')).toString(), /s3cret/)
      assert.match(Buffer.from((await two.open('sops.json', 'json')).content).toString(), /s3cret/)
    }
    const one = new BothTools(context, [a])
    one.write('ours.json', all.read('ours.json'))
    one.write('sops.json', sops)
    assert.is((await one.sops('decrypt', 'ours.json')).status, 128)
    for (const name of ['ours.json', 'sops.json']) {
      const refused = await one.open(name, 'json').then(
        () => 'opened',
        (error: { code?: string }) => error.code,
      )
      assert.is(refused, 'CANNOT_OPEN')
    }
  })
})
