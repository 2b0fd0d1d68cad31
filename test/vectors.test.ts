/** The vectors that docs/format.md points to: they are what the document says, and what this program does. */
import { createCipheriv, createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../src/core/errors.ts'
import type { Selection } from '../src/core/metadata-model.ts'
import { Notations } from '../src/core/notation.ts'
import { openSealed } from '../src/core/open-text.ts'
import { type SealOptions, sealText } from '../src/core/seal-text.ts'
import { readSealed } from '../src/core/sealed-text.ts'
import { parseToken, ValueCipher } from '../src/core/value-cipher.ts'
import { formatByName } from '../src/formats/find-format.ts'
import { provider } from '../src/keys/providers/age.ts'
import { suite } from './support/suite.ts'

interface ValueVectors {
  readonly dataKey: string
  readonly ivKeyPurpose: string
  readonly ivKey: string
  readonly values: readonly Readonly<Record<'aad' | 'type' | 'plaintext' | 'hmacInput' | 'token', string>>[]
}

interface NotationVectors {
  readonly dataKey: string
  readonly notationKeyPurpose: string
  readonly notationKey: string
  readonly ivKeyPurpose: string
  readonly ivKey: string
  readonly notations: readonly (Readonly<
    Record<'aad' | 'token' | 'text' | 'sealedPlaintext' | 'associatedData' | 'noted', string>
  > & { readonly levels: number })[]
}

interface FileVectors {
  readonly dataKey: string
  readonly lastModified: string
  readonly identity: string
  readonly recipient: string
  readonly enc: string
  readonly files: readonly (Readonly<Record<'title' | 'format' | 'plain' | 'encrypted', string>> & {
    readonly selection: Selection
    /** Where it is not `plain`. */
    readonly decrypted?: string
  })[]
}

interface RefusedVectors {
  readonly files: readonly Readonly<Record<'title' | 'format' | 'plain' | 'code', string>>[]
}

suite('vectors', (test) => {
  test('synthetic IVs are the HMAC that is written down', () => {
    const { dataKey, ivKeyPurpose, ivKey, values }: ValueVectors = JSON.parse(vectors('synthetic-iv'))
    assert.is(hmac(bytes(dataKey), ivKeyPurpose).toString('hex'), ivKey)
    for (const { aad, type, plaintext, hmacInput, token } of values) {
      assert.is(new ValueCipher(bytes(dataKey)).encrypt(plaintext, type, aad), token)
      if (plaintext === '') continue
      assert.is(hmacInput, `${Buffer.byteLength(aad)}:${aad}${type}:${plaintext}`)
      const { data, iv, tag } = seal(bytes(dataKey), { iv: hmac(bytes(ivKey), hmacInput), aad, plaintext })
      assert.is(`ENC[AES256_GCM,data:${b64(data)},iv:${b64(iv)},tag:${b64(tag)},type:${type}]`, token)
    }
  })

  test('notations have the layout that is written down', () => {
    const { dataKey, notationKeyPurpose, notationKey, ivKeyPurpose, ivKey, notations }: NotationVectors = JSON.parse(
      vectors('notations'),
    )
    assert.is(hmac(bytes(dataKey), notationKeyPurpose).toString('hex'), notationKey)
    assert.is(hmac(bytes(notationKey), ivKeyPurpose).toString('hex'), ivKey)
    const made = new Notations(bytes(dataKey))
    for (const { aad, token, levels, text, sealedPlaintext, associatedData, noted } of notations) {
      assert.is(made.attach(token, { levels, text }, aad), noted)
      const parsed = parseToken(noted)
      assert.equal(parsed && made.detach(parsed, aad), { levels, text })
      assert.is(sealedPlaintext, `${levels}:${text}`)
      assert.is(associatedData, `${aad}\n${token}`)
      const iv = hmac(bytes(ivKey), `${Buffer.byteLength(associatedData)}:${associatedData}str:${sealedPlaintext}`)
      const { data, tag } = seal(bytes(notationKey), { iv, aad: associatedData, plaintext: sealedPlaintext })
      assert.is(`${token}~${Buffer.concat([iv, tag, data]).toString('base64url')}`, noted)
    }
  })

  const { files, ...common }: FileVectors = JSON.parse(vectors('files'))

  test('the data key of the files opens with the identity beside them', async () => {
    const { dataKey, enc, identity, recipient } = common
    const entry = { kind: 'age', fields: { enc, recipient } }
    const opened = await provider.unwrap(entry, {
      env: { SECRETS_AGE_KEY: identity },
      platform: 'linux',
      home: '/nowhere',
      now: () => new Date(),
      once: (_, make) => make(),
    })
    assert.ok('opened' in opened)
    assert.is(Buffer.from(opened.opened).toString('hex'), dataKey)
  })

  for (const { title, format, plain, encrypted, selection, decrypted = plain } of files) {
    test(`${title}: encrypts to these bytes and back`, async () => {
      const { content } = await sealText(await formatByName(format), Buffer.from(plain), options(common, selection))
      assert.is(Buffer.from(content).toString('utf8'), encrypted)
      const opened = await openSealed(
        readSealed(await formatByName(format), Buffer.from(encrypted)),
        bytes(common.dataKey),
      )
      assert.is(Buffer.from(opened.content).toString('utf8'), decrypted)
    })
  }

  const refused: RefusedVectors = JSON.parse(vectors('refused'))
  for (const { title, format, plain, code } of refused.files) {
    test(`${title}: is refused`, async () => {
      const selection: Selection = { by: 'unencrypted_suffix', pattern: '_unencrypted' }
      try {
        await sealText(await formatByName(format), Buffer.from(plain), options(common, selection))
      } catch (error) {
        assert.ok(isSecretsError(error))
        assert.is(error.code, code)
        return
      }
      assert.unreachable(title)
    })
  }
})

function vectors(name: string): string {
  return readFileSync(new URL(`vectors/${name}.json`, import.meta.url), 'utf8')
}

function options(common: Omit<FileVectors, 'files'>, selection: Selection): SealOptions {
  const { dataKey, enc, recipient, lastModified } = common
  return {
    dataKey: bytes(dataKey),
    groups: [[{ kind: 'age', fields: { enc, recipient } }]],
    shamirThreshold: 0,
    selection,
    macOnlyEncrypted: false,
    now: new Date(lastModified),
  }
}

/** AES-256-GCM as any other implementation would do it. */
function seal(
  key: Buffer,
  input: { readonly iv: Buffer; readonly aad: string; readonly plaintext: string },
): { readonly data: Buffer; readonly iv: Buffer; readonly tag: Buffer } {
  const cipher = createCipheriv('aes-256-gcm', key, input.iv)
  cipher.setAAD(Buffer.from(input.aad, 'utf8'))
  const data = Buffer.concat([cipher.update(input.plaintext, 'utf8'), cipher.final()])
  return { data, iv: input.iv, tag: cipher.getAuthTag() }
}

function hmac(key: Buffer, text: string): Buffer {
  return createHmac('sha256', key).update(text, 'utf8').digest()
}

function bytes(hex: string): Buffer {
  return Buffer.from(hex, 'hex')
}

function b64(content: Buffer): string {
  return content.toString('base64')
}
