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
        fc.string({ unit: 'binary', maxLength: 200 }),
        fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 200 })),
        (key, first, second) => {
          const expected = createHmac('sha256', key).update(first).update(second).digest('hex')
          const hash = new KeyedHash(key)
          assert.is(hash.digest(first, second).toString('hex'), expected)
          assert.is(hash.digest(first, second).toString('hex'), expected)
        },
      ),
    )
  })

  test('is the same for texts of every length around the limits of its buffer', () => {
    const key = new Uint8Array(32).fill(7)
    for (const unit of ['a', 'é', '€', '😀', '\ud800']) {
      for (const count of [0, 1, 600, 681, 682, 683, 1364, 1365, 1366, 1400, 5000]) {
        const text = unit.repeat(count)
        const expected = createHmac('sha256', key).update('first', 'utf8').update(text, 'utf8').digest('hex')
        assert.is(new KeyedHash(key).digest('first', text).toString('hex'), expected, `${count} × ${unit}`)
        const bytes = Buffer.from(text, 'utf8')
        assert.is(new KeyedHash(key).digest('first', bytes).toString('hex'), expected, `${count} × ${unit}, bytes`)
      }
    }
  })
})
