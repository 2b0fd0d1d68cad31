import { createHash } from 'node:crypto'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { encodeBech32 } from '../../../src/keys/age/bech32.ts'
import { provider } from '../../../src/keys/providers/ssh.ts'
import { montgomeryPoint } from '../../../src/keys/ssh/edwards.ts'
import {
  ed25519Wire,
  parsePublicKey,
  parsePublicKeyLine,
  publicKeyText,
  rsaWire,
} from '../../../src/keys/ssh/public-key.ts'
import { suite } from '../../support/suite.ts'
import { thrown } from '../support/outcome.ts'
import { sshText } from '../support/ssh-fixtures.ts'

/** Made by ssh-to-age. */
const VECTOR = {
  line: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAINzE/Z4HeMD+j+rjBHIozhVtAX+HpQuX6FN9l7iLot4X',
  recipient: 'age18kql3acr76y87kf8pasavy2q9jnanhasv063nngjnwctpk3cy5zsdqwtrg',
}

suite('SSH public keys', (test) => {
  test('a point is where ssh-to-age finds it', () => {
    const key = parsePublicKeyLine(VECTOR.line)
    assert.ok(key?.type === 'ssh-ed25519')
    assert.is(encodeBech32('age', key.point), VECTOR.recipient)
  })

  test('the tag is that of age', () => {
    const key = parsePublicKeyLine(sshText('ed25519.pub'))
    const hash = createHash('sha256')
      .update(Buffer.from(sshText('ed25519.pub').split(' ')[1] ?? '', 'base64'))
      .digest('base64')
    assert.is(key?.tag, hash.slice(0, 6).replace(/.$/, key?.tag.slice(-1) ?? ''))
    assert.is(key?.tag.length, 6)
  })

  test('comments and blanks do not matter, and everything else does', () => {
    const line = sshText('rsa.pub')
    const [type = '', base64 = ''] = line.split(' ')
    for (const text of [line, `  ${type}\t${base64}  `, `${type} ${base64} a comment of words`]) {
      const key = parsePublicKeyLine(text)
      assert.is(key === undefined ? '' : publicKeyText(key), `${type} ${base64}`)
    }
    for (const text of [
      '',
      type,
      `ssh-ed25519 ${base64}`,
      `${type} ${base64.slice(0, -4)}`,
      `${type} ${base64}AAAA`,
      `${type} ${base64.slice(0, -2)}==`,
      `from="*" ${line}`,
      sshText('ecdsa.pub'),
      sshText('rsa-1024.pub'),
    ]) {
      assert.is(parsePublicKeyLine(text), undefined, text.slice(0, 30))
    }
  })

  test('bytes that are no point, and the neutral point, are no key', () => {
    assert.is(montgomeryPoint(littleEndian(1)), undefined)
    assert.is(montgomeryPoint(littleEndian(2)), undefined)
    assert.is(montgomeryPoint(new Uint8Array(32).fill(255)), undefined)
    assert.is(montgomeryPoint(new Uint8Array(31)), undefined)
  })

  test('no bytes make the reader fail otherwise than by saying no', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
        for (const wire of [bytes, ed25519Wire(bytes), rsaWire(Uint8Array.of(1, 0, 1), bytes)]) {
          const key = parsePublicKey(wire)
          assert.ok(key === undefined || key.type === 'ssh-ed25519')
        }
      }),
      { numRuns: 200 },
    )
  })
})

suite('SSH recipients', (test) => {
  test('the recipient keeps its comment, and another comment is the same recipient', () => {
    const line = sshText('ed25519.pub')
    assert.is(provider.canonical(` ${line}\n`), line)
    const bare = line.split(' ').slice(0, 2).join(' ')
    assert.is(provider.covers?.(line, bare), true)
    assert.is(provider.covers?.(line, sshText('rsa.pub')), false)
    assert.is(provider.covers?.('ssh-ed25519 x', 'ssh-ed25519 x'), true)
    assert.is(provider.referenceOf({ kind: 'age', fields: { recipient: `${line}\n`, enc: '' } }), line)
    assert.is(provider.referenceOf({ kind: 'age', fields: { recipient: VECTOR.recipient, enc: '' } }), undefined)
    assert.is(provider.referenceOf({ kind: 'pgp', fields: { recipient: line } }), undefined)
  })

  test('what age cannot encrypt to is told as what it is', async () => {
    for (const [text, message] of [
      [sshText('ecdsa.pub'), /kind that age cannot encrypt to/],
      [sshText('rsa-1024.pub'), /fewer than 2048 bits/],
      [sshText('ed25519.pub').replace('AAAAC3', 'AAAAC4'), /damaged/],
      [`${sshText('ed25519.pub')}\nssh-rsa AAAA`, /damaged/],
    ] as const) {
      const error = await thrown(() => provider.canonical(text))
      assert.is(error.code, 'BAD_RECIPIENT')
      assert.match(error.text, message)
      assert.not.match(error.text, /AAAA/)
    }
  })
})

function littleEndian(number: number): Uint8Array {
  return Uint8Array.from({ length: 32 }, (_, index) => (index === 0 ? number : 0))
}
