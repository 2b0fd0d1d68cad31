/** What the MAC leaves open, item by item: the seal covers each. */
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../../src/core/errors.ts'
import { type SealState, sealState } from '../../../src/core/file-seal/file-seal.ts'
import { openSealed } from '../../../src/core/open-text.ts'
import { reseal } from '../../../src/core/reseal.ts'
import { readSealed } from '../../../src/core/sealed-text.ts'
import { formatByName } from '../../../src/formats/find-format.ts'
import { opened, plainOf, sealed, sealOptions, TEST_DATA_KEY, TEST_TIME } from '../../support/sealing.ts'
import { suite } from '../../support/suite.ts'

const RECIPIENT = { kind: 'age', fields: { enc: 'AAAA', recipient: 'age1other' } }

const YAML = [
  '# about the file',
  'secret: s3cret',
  'open_unencrypted: in clear',
  'renamed: null',
  'nothing: null',
  'empty: ""',
  'list: []',
  'tagged_unencrypted: !note text',
  'anchors_unencrypted:',
  '  first: &one 1',
  '  second: *one',
  'block_unencrypted: |',
  '  one',
  '  two',
  '---',
  'second: other',
  '',
].join('\n')

async function sealedYaml(): Promise<string> {
  return sealed('yaml', YAML, sealOptions({ by: 'unencrypted_suffix', pattern: '_unencrypted' }))
}

async function codeOf(format: string, text: string): Promise<string> {
  try {
    await opened(format, text)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    return error.code
  }
  return 'opened'
}

/** Each is opened by sops, and by us without the seal, as if nothing had happened. */
const CHANGES: readonly (readonly [what: string, from: RegExp | string, to: string])[] = [
  ['a recipient added', '    age:\n', '    age:\n        - enc: BBBB\n          recipient: age1evil\n'],
  ['a recipient changed', 'age1test', 'age1evil'],
  ['the name of a key without a value', 'renamed: null', 'another: null'],
  ['null in the place of nothing', 'nothing: null', 'nothing: ""'],
  ['an empty value removed', 'empty: ""\n', ''],
  ['an empty value added', 'empty: ""\n', 'empty: ""\nadded: ""\n'],
  ['an empty list that becomes an empty map', 'list: []', 'list: {}'],
  ['the quotes of an empty value', 'empty: ""', "empty: ''"],
  ['a comment removed', /^#ENC.*\n/, ''],
  ['a comment in clear in the place of another', /^#ENC.*/, '# all is well'],
  ['a comment moved', /^(#ENC.*\n)(secret.*\n)/, '$2$1'],
  ['a comment added', /^secret/m, '# use age1evil\nsecret'],
  ['a tag', '!note', '!code'],
  ['a tag removed', '!note ', ''],
  ['the name of an anchor', /([&*])one/g, '$1two'],
  ['a comment in the metadata', '    version', '    # trust me\n    version'],
  ['the type of an encrypted value', 'type:str', 'type:bytes'],
  ['a field of nobody', '    version', '    unknown: 1\n    version'],
  ['the order of the metadata', /( +unencrypted_suffix.*\n)( +version.*\n)/g, '$2$1'],
  ['the version', /version: 3.13.3/g, 'version: 3.9.0'],
  ['the notation of the time', /"(2024-01-02T03:04:05Z)"/g, "'$1'"],
  ['a document mark', '---\n', '--- # second\n'],
  ['an end mark', /$/, '...\n'],
  ['a byte order mark', /^/, '\ufeff'],
]

async function edit(text: string, seal?: 'make' | 'drop'): Promise<string> {
  const open = await opened('yaml', text)
  const plain = Buffer.from(open.content).toString().replace('s3cret', 'other')
  const content = await reseal(open, Buffer.from(plain), {
    now: TEST_TIME,
    ...(seal === undefined ? {} : { seal }),
  })
  return Buffer.from(content).toString()
}

async function again(from: string, seal: 'make' | 'drop' | 'keep'): Promise<string> {
  const open = await opened('yaml', from)
  return Buffer.from(await reseal(open, open.content, { now: new Date(0), seal })).toString()
}

suite('the seal', (test) => {
  test('is in every file that is written, and right', async () => {
    for (const [format, plain] of [
      ['yaml', YAML],
      ['json', '{"a": 1, "b": null}'],
      ['dotenv', 'A=1\n'],
      ['ini', '[a]\nb = 1\n'],
      ['binary', 'bytes'],
    ] as const) {
      const text = await sealed(format, plain)
      assert.match(text, /seal["\s:=]+v1:[\w-]{43}\b/)
      assert.is((await opened(format, text)).seal, 'right', format)
      assert.is(await plainOf(format, text), plain)
    }
  })

  test('is in no file that is not to have one', async () => {
    const text = await sealed('yaml', YAML, sealOptions(undefined, { seal: false }))
    assert.not.match(text, /seal/)
    assert.is((await opened('yaml', text)).seal, 'missing')
  })

  for (const [what, from, to] of CHANGES) {
    test(`refuses ${what}`, async () => {
      const text = await sealedYaml()
      const changed = text.replace(from, to)
      assert.is.not(changed, text)
      assert.is(await codeOf('yaml', changed), 'SEAL_MISMATCH')
      assert.is(await codeOf('yaml', changed.replace(/^ +seal: .*\n/gm, '')), 'opened', 'not by the seal')
    })
  }

  test('refuses another selection, order of documents, threshold and reach of the MAC', async () => {
    const rules = sealOptions({ by: 'encrypted_regex', pattern: '^a b$' }, { macOnlyEncrypted: true })
    const text = await sealed('yaml', 'a b: secret\nopen: 1\n', rules)
    assert.is(await codeOf('yaml', text.replace('^a b$', '^a b')), 'SEAL_MISMATCH')
    assert.is(await codeOf('yaml', text.replace('open: 1', 'open: 2')), 'SEAL_MISMATCH')
    // White space in an expression means something.
    assert.is(await codeOf('yaml', text.replace('^a b$', '^a  b$|^a b$')), 'SEAL_MISMATCH')
    assert.is.not(await codeOf('yaml', text.replace(/ +mac_only_encrypted.*\n/, '')), 'opened')

    const two = await sealed('yaml', 'a: ""\n---\nb: ""\n')
    const [first = '', second = ''] = two.split('\n---\n')
    assert.is(await codeOf('yaml', `${second}---\n${first}\n`), 'SEAL_MISMATCH')

    const groups = [[RECIPIENT], [RECIPIENT], [RECIPIENT]]
    const shared = await sealed('json', '{"a": 1}', sealOptions(undefined, { groups, shamirThreshold: 2 }))
    assert.is(await codeOf('json', shared.replace(/("shamir_threshold": ?)2/, '$11')), 'SEAL_MISMATCH')
  })

  test('refuses flat formats whose comments, keys, order of sections or metadata changed', async () => {
    const dotenv = await sealed('dotenv', '# note\nEMPTY=\nA=1\n')
    assert.is(await codeOf('dotenv', dotenv.replace('EMPTY=', 'OTHER=')), 'SEAL_MISMATCH')
    assert.is(await codeOf('dotenv', dotenv.replace(/^#.*\n/, '')), 'SEAL_MISMATCH')
    assert.is(await codeOf('dotenv', dotenv.replace('recipient=age1test', 'recipient=age1evil')), 'SEAL_MISMATCH')
    assert.is(await codeOf('dotenv', dotenv.replace('EMPTY=', 'EMPTY= ')), 'VALUE_DAMAGED')

    const ini = await sealed('ini', '[a]\nempty =\n[b]\n; note\nempty =\nc = 1\n')
    assert.is(await codeOf('ini', ini.replace('[a]', '[d]')), 'SEAL_MISMATCH')
    assert.is(await codeOf('ini', ini.replace(/^; ENC.*\n/m, '')), 'SEAL_MISMATCH')
    assert.is(await codeOf('ini', ini.replace('[a]\nempty =\n', '')), 'SEAL_MISMATCH')
    assert.is(await codeOf('ini', ini.replace('age1test', 'age1evil')), 'SEAL_MISMATCH')

    const binary = await sealed('binary', 'bytes')
    assert.is(await codeOf('binary', binary.replace('age1test', 'age1evil')), 'SEAL_MISMATCH')
  })

  test('lets white space pass that means nothing', async () => {
    const text = await sealedYaml()
    const passing: Readonly<Record<string, string>> = {
      'CRLF from git': text.replaceAll('\n', '\r\n'),
      'blanks at the ends of lines': text.replaceAll(/(type:str\])\n/g, '$1  \n'),
      'empty lines': text.replaceAll('\nlist:', '\n\n\nlist:'),
      'another indentation': text.replaceAll(/^ {4}(\w)/gm, '  $1'),
      'more blanks behind a colon': text.replaceAll('nothing: null', 'nothing:   null'),
    }
    for (const [what, changed] of Object.entries(passing)) {
      assert.is.not(changed, text, what)
      assert.is((await opened('yaml', changed)).seal, 'right', what)
    }
    const json = await sealed('json', '{"a": "b c", "d": [1, 2], "e": {}}')
    assert.is((await opened('json', JSON.stringify(JSON.parse(json), undefined, 1))).seal, 'right')
    assert.is((await opened('json', JSON.stringify(JSON.parse(json)))).seal, 'right')
    const ini = await sealed('ini', '[a]\nb = 1\n')
    assert.is((await opened('ini', ini.replaceAll(/ +=/g, ' =').replaceAll('\n', '\n\n'))).seal, 'right')
    const dotenv = await sealed('dotenv', 'A=1\nB=2\n')
    assert.is((await opened('dotenv', dotenv.replace('\nB', '\n\nB').trimEnd())).seal, 'right')
  })

  test('counts white space that means something', async () => {
    const text = await sealedYaml()
    // The MAC would find these too, but for its reach.
    const rules = sealOptions({ by: 'encrypted_regex', pattern: '^secret$' }, { macOnlyEncrypted: true })
    const open = await sealed(
      'yaml',
      'secret: a\nopen: |\n  one\n  two\nkey: a b\n"k  y": ""\n# a b\nlist: [a, b]\n',
      rules,
    )
    for (const [from, to] of [
      ['  one\n', '  one\n\n'],
      ['  two\n', '   two\n'],
      ['key: a b', 'key: ab'],
      ['k  y', 'k y'],
      ['# a b', '# ab'],
      ['# a b', '#a b'],
      ['[a, b]', '[a,b ]'],
    ] as const) {
      const changed = open.replace(from, to)
      assert.is(await codeOf('yaml', changed), from === '[a, b]' ? 'opened' : 'SEAL_MISMATCH', from)
    }
    assert.is(
      await codeOf('yaml', text.replace('anchors_unencrypted:\n  first', 'anchors_unencrypted:\nfirst')),
      'FORMAT_INVALID',
    )
  })

  test('binds an anchor and a tag to the node that they stand before', async () => {
    const rules = sealOptions({ by: 'encrypted_regex', pattern: '^secret$' }, { macOnlyEncrypted: true })
    const text = await sealed('yaml', 'secret: x\na: &m\n  b: ""\nc: *m\n', rules)
    assert.is(await codeOf('yaml', text.replace('a: &m\n  b:', 'a:\n  &m b:')), 'SEAL_MISMATCH')
    const tagged = await sealed('yaml', 'secret: x\na: !m\n  b: ""\n', rules)
    assert.is(await codeOf('yaml', tagged.replace('a: !m\n  b:', 'a:\n  !m b:')), 'SEAL_MISMATCH')
  })

  test('has one spelling and one place', async () => {
    const text = await sealed('json', '{"a": 1}')
    const seal = /"(v1:[\w-]{43})"/.exec(text)?.[1] ?? ''
    const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = digits.indexOf(seal.at(-1) ?? '')
    // The last character has two bits that mean nothing to a decoder of base64.
    const sameBytes = seal.slice(0, -1) + (digits[last ^ 1] ?? '')
    assert.is(Buffer.from(sameBytes.slice(3), 'base64url').compare(Buffer.from(seal.slice(3), 'base64url')), 0)
    const spellings = [
      sameBytes,
      `\\u0076${seal.slice(1)}`,
      seal.replace('v1', 'v2'),
      '',
      `${seal} `,
      seal.slice(0, -1),
    ]
    for (const other of spellings) {
      assert.is(
        await codeOf(
          'json',
          text.replace(seal, () => other),
        ),
        'SEAL_MISMATCH',
        other,
      )
    }
    assert.is(await codeOf('json', text.replace(`"${seal}"`, 'null')), 'SEAL_MISMATCH')
    assert.is(await codeOf('json', text.replace(`"${seal}"`, `["${seal}"]`)), 'METADATA_INVALID')
    const yaml = await sealed('yaml', 'a: 1\n---\nb: 2\n')
    assert.is(await codeOf('yaml', yaml.replace(/ +seal.*\n/, '')), 'SEAL_MISMATCH', 'in one document of two')
    const inQuotes = yaml.replaceAll(/(seal: )(v1.*)/g, '$1"$2"')
    assert.is(await codeOf('yaml', inQuotes), 'SEAL_MISMATCH', 'its quotes')
  })

  test('is another under another data key', async () => {
    const format = await formatByName('json')
    const { parsed } = readSealed(format, Buffer.from(await sealed('json', '{"a": null}')))
    const states: readonly SealState[] = [sealState(parsed, TEST_DATA_KEY), sealState(parsed, Buffer.alloc(32, 1))]
    assert.equal(states, ['right', 'wrong'])
  })

  test('is made anew with every change of a sealed file, and never in passing where there was none', async () => {
    const text = await sealedYaml()
    const bare = text.replaceAll(/^ +seal.*\n/gm, '')
    assert.is((await opened('yaml', await edit(text))).seal, 'right')
    assert.is((await opened('yaml', await edit(bare))).seal, 'missing')
    assert.is((await opened('yaml', await edit(bare, 'make'))).seal, 'right')
    assert.not.match(await edit(text, 'drop'), /seal/)
  })

  test('is made and dropped without any other change', async () => {
    const text = await sealedYaml()
    const bare = text.replaceAll(/^ +seal.*\n/gm, '')
    assert.is(await again(bare, 'make'), text)
    assert.is(await again(text, 'drop'), bare)
    assert.is(await again(text, 'make'), text)
    assert.is(await again(bare, 'keep'), bare)
  })

  test('that is wrong is let pass for those who show what changed, but no wrong MAC', async () => {
    const format = await formatByName('yaml')
    const text = (await sealedYaml()).replace('age1test', 'age1evil')
    const open = await openSealed(readSealed(format, Buffer.from(text)), TEST_DATA_KEY, { acceptBrokenSeal: true })
    assert.is(open.seal, 'wrong')
    const anew = await reseal(open, open.content, { now: TEST_TIME, seal: 'make' })
    assert.is((await opened('yaml', anew)).seal, 'right')
    assert.match(Buffer.from(anew).toString(), /age1evil/)
    const without = text.replace(/^secret.*\n/m, '')
    try {
      await openSealed(readSealed(format, Buffer.from(without)), TEST_DATA_KEY, { acceptBrokenSeal: true })
      assert.unreachable()
    } catch (error) {
      assert.is((error as { code?: string }).code, 'MAC_MISMATCH')
    }
  })

  test('cannot be right where values in clear took the place of encrypted ones: the result has none', async () => {
    const format = await formatByName('yaml')
    const text = (await sealedYaml()).replace(/^secret: .*/m, 'secret: pasted')
    const open = await openSealed(readSealed(format, Buffer.from(text)), TEST_DATA_KEY, { acceptPlain: true })
    assert.is(open.seal, 'unchecked')
    const content = await reseal(open, open.content, { now: TEST_TIME, metadata: {} })
    assert.is((await opened('yaml', content)).seal, 'missing')
  })
})
