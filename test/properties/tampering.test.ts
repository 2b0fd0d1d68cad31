// parts: 3
/** Nothing that was changed by somebody without the data key is decrypted. */
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { reseal } from '../../src/core/reseal.ts'
import { RUNS } from '../formats/text-checks.ts'
import { opened, sealed } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'

/** One file of each format, with a comment where there are any. Lines without a `V` are scaffolding. */
const PLAIN: Readonly<Record<string, string>> = {
  yaml: '# note\nuser: V1\npassword: "V2"\nlist:\n  - V3\n  - V4\nport: 5432\non: true\nmap:\n  deep: V5\n',
  json: '{\n  "user": "V1",\n  "password": "V2",\n  "list": ["V3",\n "V4"],\n  "port": 5432\n}\n',
  dotenv: '# note\nUSER=V1\nPASSWORD=V2\nOTHER=V3\n',
  ini: '[db]\n; note\nuser = V1\npassword = V2\n[more]\nuser = V3\n',
  binary: 'V1 and more',
}

const TOKEN = /ENC\[AES256_GCM,data:([^,]+),iv:([^,]+),tag:([^,]+),type:(\w+)\]/g

async function refusal(format: string, text: string): Promise<string> {
  try {
    await opened(format, text)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    assert.not.match(`${error.message} ${error.hint ?? ''} ${error.details.join(' ')}`, /V\d|5432/)
    return error.code
  }
  throw new Error(`accepted:\n${text}`)
}

const REFUSALS =
  /^(?:VALUE_DAMAGED|MAC_MISMATCH|SEAL_MISMATCH|METADATA_INVALID|FORMAT_INVALID|NOT_ENCRYPTED|EMPTY_FILE)$/

function tokensOf(text: string): RegExpExecArray[] {
  return [...text.matchAll(TOKEN)]
}

/** Characters of the text form, and of the formats around it. */
const SIGNS = ['a', 'Z', '0', '9', '+', '/', '=', ',', ':', ']', '~', ' ', '#', '"', '\\', '\n']

function replaced(text: string, match: RegExpExecArray, by: string): string {
  return text.slice(0, match.index) + by + text.slice(match.index + match[0].length)
}

/** The base64 text with one bit of its bytes changed. */
function flipped(base64: string, bit: number): string {
  const bytes = Buffer.from(base64, 'base64')
  const at = bit % (bytes.length * 8)
  bytes[at >> 3] = (bytes[at >> 3] ?? 0) ^ (1 << (at & 7))
  return bytes.toString('base64')
}

suite('tampering', (test) => {
  for (const [format, plain] of Object.entries(PLAIN)) {
    test(`${format}: every single bit of every ciphertext, nonce and tag, the MAC's too, is checked`, async () => {
      const text = await sealed(format, plain)
      for (const match of tokensOf(text)) {
        for (const part of [1, 2, 3]) {
          const base64 = match[part] ?? ''
          for (let bit = 0; bit < Buffer.from(base64, 'base64').length * 8; bit += 1) {
            const changed = replaced(text, match, match[0].replace(base64, flipped(base64, bit)))
            assert.match(await refusal(format, changed), /^(?:VALUE_DAMAGED|MAC_MISMATCH)$/)
          }
        }
      }
    })

    test(`${format}: values cannot change places`, async () => {
      const text = await sealed(format, plain)
      const tokens = tokensOf(text)
      for (const one of tokens) {
        for (const other of tokens) {
          if (one[0] === other[0]) continue
          const swapped = text.replaceAll(TOKEN, (token) =>
            token === one[0] ? other[0] : token === other[0] ? one[0] : token,
          )
          assert.match(await refusal(format, swapped), REFUSALS)
          assert.match(await refusal(format, replaced(text, one, other[0])), REFUSALS)
        }
      }
    })

    test(`${format}: a line with a value cannot be removed or doubled`, async () => {
      const lines = (await sealed(format, plain)).split('\n')
      const withValue = lines.flatMap((line, index) => (/ENC\[.*type:(?!comment)/.test(line) ? [index] : []))
      assert.ok(withValue.length > 1)
      for (const index of withValue) {
        assert.match(await refusal(format, lines.toSpliced(index, 1).join('\n')), REFUSALS)
        assert.match(await refusal(format, lines.toSpliced(index, 0, lines[index] ?? '').join('\n')), REFUSALS)
      }
    })

    test(`${format}: a file that was cut off is refused, wherever`, async () => {
      const text = await sealed(format, plain)
      for (let length = 0; length < text.trimEnd().length; length += 1) {
        assert.match(await refusal(format, text.slice(0, length)), REFUSALS)
      }
    })

    test(`${format}: any other character anywhere in a value is refused or gives the same value`, async () => {
      const text = await sealed(format, plain)
      const tokens = tokensOf(text)
      await fc.assert(
        fc.asyncProperty(fc.nat(), fc.nat(), fc.constantFrom(...SIGNS), async (which, where, sign) => {
          const match = tokens[which % tokens.length]
          if (match === undefined) return
          const at = where % match[0].length
          const changed = replaced(text, match, match[0].slice(0, at) + sign + match[0].slice(at + 1))
          await checkSame(format, changed, plain)
        }),
        { numRuns: RUNS },
      )
    })
  }

  test('a new value changes its line, the MAC, the seal and the time, and nothing else', async () => {
    for (const [format, plain] of Object.entries(PLAIN)) {
      if (format === 'binary') continue
      const before = await sealed(format, plain)
      const open = await opened(format, before)
      const now = new Date('2025-01-01T00:00:00Z')
      const after = Buffer.from(await reseal(open, Buffer.from(plain.replace('V2', 'NEW')), { now })).toString()
      const old = before.split('\n')
      const changed = after.split('\n').flatMap((line, index) => (line === old[index] ? [] : [line.trim()]))
      assert.is(changed.length, 4, format)
      assert.match(changed[0] ?? '', /password/i)
      assert.match(changed[1] ?? '', /lastmodified/)
      assert.match(changed[2] ?? '', /mac/)
      assert.match(changed[3] ?? '', /seal/)
    }
  })
})

/** Base64 has bits that mean nothing, and a comment that is none any more is kept: the values are the same then. */
async function checkSame(format: string, text: string, plain: string): Promise<void> {
  let content: string
  try {
    content = Buffer.from((await opened(format, text)).content).toString()
  } catch (error) {
    if (!isSecretsError(error)) throw error
    assert.match(error.code, REFUSALS)
    return
  }
  assert.is(marked(content), marked(plain), text)
}

function marked(text: string): string {
  return [...text.matchAll(/V\d|5432/g)].join(' ')
}
