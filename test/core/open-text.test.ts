import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { openSealed } from '../../src/core/open-text.ts'
import { readSealed } from '../../src/core/sealed-text.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { opened, plainOf, sealed, sealOptions, TEST_DATA_KEY } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'

const PLAIN =
  '{\n  "user": "admin",\n  "password": "hunter2",\n  "hosts": ["a", "b"],\n  "port": 5432,\n  "note_unencrypted": "clear"\n}\n'

/** The error code of a refusal; fails when the text opens. */
async function refusal(text: string | Uint8Array, dataKey: Uint8Array = TEST_DATA_KEY): Promise<string> {
  try {
    await openSealed(readSealed(await formatByName('json'), Buffer.from(text)), dataKey)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    for (const secret of ['hunter2', 'admin', '5432']) assert.not.match(JSON.stringify(error), secret)
    return error.code
  }
  throw new Error('opened what it should refuse')
}

/** Lines of the encrypted text that hold the named entry. */
function lineOf(text: string, key: string): string {
  return text.split('\n').find((line) => line.includes(`"${key}"`)) ?? ''
}

function tokensOf(text: string): string[] {
  return text.match(/ENC\[[^\]]*\]/g) ?? []
}

suite('opening', (test) => {
  test('gives back the bytes that were encrypted, and their entries', async () => {
    const text = await sealed('json', PLAIN)
    assert.not.match(text, /hunter2|admin|5432/)
    assert.match(text, /"note_unencrypted": "clear"/)
    const open = await opened('json', text)
    assert.is(Buffer.from(open.content).toString(), PLAIN)
    assert.equal(
      open.entries.map(({ path, scalar, encrypted }) => [path.join('.'), scalar.type, scalar.canonical, encrypted]),
      [
        ['user', 'str', 'admin', true],
        ['password', 'str', 'hunter2', true],
        ['hosts.0', 'str', 'a', true],
        ['hosts.1', 'str', 'b', true],
        ['port', 'int', '5432', true],
        ['note_unencrypted', 'str', 'clear', false],
      ],
    )
  })

  test('refuses another data key', async () => {
    assert.is(await refusal(await sealed('json', PLAIN), Buffer.alloc(32, 7)), 'VALUE_DAMAGED')
  })

  test('refuses every flipped bit of every value and of the MAC', async () => {
    const text = await sealed('json', PLAIN)
    const bytes = Buffer.from(text)
    for (const token of tokensOf(text)) {
      const start = text.indexOf(token)
      for (let bit = 0; bit < token.length * 8; bit += 1) {
        const flipped = Buffer.from(bytes)
        flipped[start + (bit >> 3)] = (flipped[start + (bit >> 3)] ?? 0) ^ (1 << (bit & 7))
        const code = await refusal(flipped)
        assert.ok(['VALUE_DAMAGED', 'MAC_MISMATCH', 'FORMAT_INVALID'].includes(code), `${code} at ${bit} of ${token}`)
      }
    }
  })

  test('names the damaged entry and its place, never its value', async () => {
    const text = await sealed('json', PLAIN)
    const damaged = text.replace(lineOf(text, 'password'), lineOf(text, 'password').replace('data:', 'data:AAAA'))
    try {
      await opened('json', damaged)
      assert.unreachable()
    } catch (error) {
      if (!isSecretsError(error)) throw error
      assert.equal(error.place, { line: 3, column: 15, path: 'password' })
      assert.match(error.hint ?? '', /secrets recover/)
    }
  })

  test('refuses values that were swapped, moved, removed, duplicated or truncated', async () => {
    const text = await sealed('json', PLAIN)
    const [user = '', password = '', first = '', second = ''] = tokensOf(text)
    const swap = (a: string, b: string): string => text.replace(a, '@').replace(b, a).replace('@', b)
    assert.is(await refusal(swap(user, password)), 'VALUE_DAMAGED')
    // Elements of one list share their path; only the MAC knows their order.
    assert.is(await refusal(swap(first, second)), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace(second, first)), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace(`"${first}", `, '')), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace(`${lineOf(text, 'password')}\n`, '')), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace('"clear"', '"clean"')), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace(`"${password}"`, '"hunter2"')), 'VALUE_DAMAGED')
    assert.is(await refusal(text.replace(password, password.slice(0, -8))), 'VALUE_DAMAGED')
    assert.is(await refusal(text.replace(password, '')), 'MAC_MISMATCH')
  })

  test('refuses a changed time stamp, and a MAC that is missing or of another file', async () => {
    const text = await sealed('json', PLAIN)
    const mac = tokensOf(text).at(-1) ?? ''
    const other = tokensOf(await sealed('json', '{"user": "x"}')).at(-1) ?? ''
    assert.is(await refusal(text.replace('03:04:05', '03:04:06')), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace(mac, '')), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace(mac, other)), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace('2024-01-02T03:04:05Z', 'yesterday')), 'METADATA_INVALID')
  })

  test('opens a file truncated at any byte never', async () => {
    const text = await sealed('json', PLAIN)
    for (let length = 0; length < text.trimEnd().length; length += 1) {
      const code = await refusal(text.slice(0, length))
      assert.ok(code !== 'INTERNAL', code)
    }
  })

  test('covers only encrypted values with mac_only_encrypted, and keeps the two kinds apart', async () => {
    const text = await sealed('json', PLAIN, sealOptions(undefined, { macOnlyEncrypted: true, seal: false }))
    assert.match(text, /"mac_only_encrypted": true/)
    assert.is(await plainOf('json', text.replace('"clear"', '"clean"')), PLAIN.replace('"clear"', '"clean"'))
    assert.is(await refusal(text.replace('"mac_only_encrypted": true,', '')), 'MAC_MISMATCH')
    assert.is(await refusal(text.replace('"mac_only_encrypted": true', '"mac_only_encrypted": false')), 'MAC_MISMATCH')
  })

  test('carries notations that a value cannot: they come back, authenticated and bound to their value', async () => {
    const plain = '{"a": "caf\\u00e9", "b": 1.50, "c": -0, "d": "\\/", "e": 1e3}\n'
    const text = await sealed('json', plain, sealOptions(undefined, { seal: false }))
    assert.is(await plainOf('json', text), plain)
    const [first = '', second = ''] = text.match(/~[\w-]+/g) ?? []
    assert.is(await refusal(text.replace(first, second)), 'VALUE_DAMAGED')
    assert.is(
      await refusal(text.replace(first, `${first.slice(0, -1)}${first.endsWith('A') ? 'B' : 'A'}`)),
      'VALUE_DAMAGED',
    )
    // sops drops them when it writes: then the value comes back in its plain spelling.
    assert.is(await plainOf('json', text.replace(first, '')), plain.replace('caf\\u00e9', 'café'))
  })

  test('any JSON text comes back to the byte', async () => {
    const json = fc.dictionary(
      fc.string().filter((key) => key !== 'sops' && key !== '__proto__'),
      fc.jsonValue(),
    )
    const indent = fc.constantFrom(0, 1, 2, 4, '\t')
    await fc.assert(
      fc.asyncProperty(json, indent, fc.constantFrom('', '\n', '\r\n'), async (value, space, end) => {
        const plain = JSON.stringify(value, undefined, space).replaceAll('\n', end === '\r\n' ? '\r\n' : '\n') + end
        const text = await sealed('json', plain)
        assert.is(await plainOf('json', text), plain)
        assert.is(await sealed('json', plain), text)
      }),
      { numRuns: 300 },
    )
  })
})
