import * as assert from 'uvu/assert'
import { bcryptPbkdf } from '../../../src/keys/ssh/bcrypt-pbkdf.ts'
import { piWords } from '../../../src/keys/ssh/pi-words.ts'
import { suite } from '../../support/suite.ts'

suite('bcrypt_pbkdf', (test) => {
  test('gives the keys of OpenBSD', () => {
    // The vector that the implementations of OpenBSD, Go and Python share.
    assert.is(derive('password', 'salt', 4, 32), '5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9')
  })

  test('a longer key is no continuation of a shorter one, and every input counts', () => {
    const base = derive('password', 'salt', 1, 32)
    assert.is(base.length, 64)
    assert.is(derive('password', 'salt', 1, 33).length, 66)
    const others = [
      derive('password', 'salt', 1, 64).slice(0, 64),
      derive('passwore', 'salt', 1, 32),
      derive('password', 'salu', 1, 32),
      derive('password', 'salt', 2, 32),
    ]
    assert.is(new Set([base, ...others]).size, 5)
  })

  test('pi is what Blowfish begins with', () => {
    // Schneier's first subkeys and the last word of the last box.
    const words = piWords(1042)
    assert.is(words[0], 0x243f6a88)
    assert.is(words[17], 0x8979fb1b)
    assert.is(words[18], 0xd1310ba6)
    assert.is(words[1041], 0x3ac372e6)
  })
})

function derive(passphrase: string, salt: string, rounds: number, length: number): string {
  return Buffer.from(bcryptPbkdf(Buffer.from(passphrase), { salt: Buffer.from(salt), rounds, length })).toString('hex')
}
