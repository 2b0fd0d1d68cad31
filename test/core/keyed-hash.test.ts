import { createHmac } from 'node:crypto'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { KeyedHash } from '../../src/core/keyed-hash.ts'
import { suite } from '../support/suite.ts'

suite('keyed hash', (test) => {
  test('is HMAC-SHA-256', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 64 }),
        fc.string(),
        fc.uint8Array({ maxLength: 300 }),
        (key, first, second) => {
          const expected = createHmac('sha256', key).update(first).update(second).digest('hex')
          const hash = new KeyedHash(key)
          assert.is(hash.digest(first, second).toString('hex'), expected)
          assert.is(hash.digest(first, second).toString('hex'), expected)
        },
      ),
    )
  })
})
