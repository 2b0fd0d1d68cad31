/** The seal, made by an implementation of its own from what docs/format.md says, for the vectors and for new files. */
import { createHmac, hkdfSync } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { openSealed } from '../src/core/open-text.ts'
import { readSealed } from '../src/core/sealed-text.ts'
import { formatByName } from '../src/formats/find-format.ts'
import { sealed, TEST_DATA_KEY } from './support/sealing.ts'
import { suite } from './support/suite.ts'

interface SealVectors {
  readonly dataKey: string
  readonly info: string
  readonly sealKey: string
  readonly files: readonly Readonly<
    Record<'title' | 'format' | 'encrypted' | 'structure' | 'characters' | 'seal', string>
  >[]
}

const SEAL = /v1:[A-Za-z0-9_-]{43}/g

suite('vectors of the seal', (test) => {
  const { dataKey, info, sealKey, files }: SealVectors = JSON.parse(
    readFileSync(new URL('vectors/seal.json', import.meta.url), 'utf8'),
  )

  test('the key is what HKDF makes of the data key', () => {
    assert.is(keyOf(Buffer.from(dataKey, 'hex'), info).toString('hex'), sealKey)
  })

  for (const { title, format, encrypted, structure, characters, seal } of files) {
    test(`${title}: has the seal that the document says, and opens`, async () => {
      const key = Buffer.from(sealKey, 'hex')
      assert.is(charactersOf(encrypted), characters)
      assert.is(`v1:${hmac(key, structure + characters)}`, seal)
      assert.is(
        encrypted.match(SEAL)?.every((found) => found === seal),
        true,
      )
      const open = await openSealed(
        readSealed(await formatByName(format), Buffer.from(encrypted)),
        Buffer.from(dataKey, 'hex'),
      )
      assert.is(open.seal, 'right')
      if (format === 'json' || format === 'binary') assert.is(counted(`D${jsonNode(JSON.parse(encrypted))}`), structure)
      if (format === 'dotenv') assert.is(counted(`D${dotenvMap(encrypted)}`), structure)
    })
  }

  test('the other implementation makes the same seals of any JSON and any lines of dotenv', async () => {
    const key = keyOf(TEST_DATA_KEY, info)
    const name = fc.stringMatching(/^[a-z é]{1,8}$/).map((text) => `k${text}`)
    const text = fc.string({ unit: 'grapheme', maxLength: 12 })
    const json = fc.dictionary(name, fc.oneof(text, fc.boolean(), fc.constant(null), fc.array(text), fc.constant({})))
    const lines = fc.dictionary(
      name,
      text.map((value) => value.replaceAll(/[\\\s]/g, '')),
    )
    await fc.assert(
      fc.asyncProperty(json, lines, async (value, entries) => {
        const inJson = await sealed('json', JSON.stringify(value, undefined, 2))
        assert.is(sealIn(inJson), made(`D${jsonNode(JSON.parse(inJson))}`, inJson, key))
        const plain = Object.entries(entries).map(([line, content]) => `${line}=${content}\n`)
        const inLines = await sealed('dotenv', `# note\n\n${plain.join('\n')}`)
        assert.is(sealIn(inLines), made(`D${dotenvMap(inLines)}`, inLines, key))
      }),
      { numRuns: 100 },
    )
  })
})

function sealIn(text: string): string {
  return text.match(SEAL)?.[0] ?? ''
}

function made(structure: string, text: string, key: Buffer): string {
  return `v1:${hmac(key, counted(structure) + charactersOf(text))}`
}

function keyOf(dataKey: Buffer, info: string): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, new Uint8Array(), info, 32))
}

function hmac(key: Buffer, text: string): string {
  return createHmac('sha256', key).update(text, 'utf8').digest('base64url')
}

function charactersOf(text: string): string {
  return Array.from(text.replaceAll(SEAL, ''))
    .filter((character) => !' \t\r\n'.includes(character))
    .join('')
}

function counted(text: string): string {
  return `${Buffer.byteLength(text)}:${text}`
}

function jsonNode(node: unknown): string {
  if (Array.isArray(node)) return `[${node.map(jsonNode).join('')}]`
  if (typeof node === 'object' && node !== null) {
    return `{${Object.entries(node)
      .map(([key, value]) => `k${counted(key)}${jsonNode(value)}`)
      .join('')}}`
  }
  if (typeof node === 'string') return textNode(node)
  if (typeof node === 'boolean') return node ? 'bool4:True' : 'bool5:False'
  if (node === null) return 'null0:'
  const number = JSON.stringify(node)
  return `${number.includes('.') ? 'float' : 'int'}${counted(number)}`
}

function textNode(text: string): string {
  return /^(?:ENC\[AES256_GCM,\S*|v1:[\w-]{43})$/.test(text) ? 'e' : `str${counted(text)}`
}

function dotenvMap(text: string): string {
  const records = text.split('\n').map((line) => {
    if (line === '') return ''
    if (line.startsWith('#ENC[')) return '#e'
    if (line.startsWith('#')) return `#${counted(line.slice(1).trimEnd())}`
    const [, key = '', value = ''] = /^(.*?)=(.*)$/.exec(line) ?? []
    return `k${counted(key)}${textNode(value.replaceAll('\\n', '\n'))}`
  })
  return `{${records.join('')}}`
}
