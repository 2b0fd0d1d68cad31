import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { combineShares, splitSecret } from '../../src/core/shamir.ts'
import { suite } from '../support/suite.ts'

const secrets = fc.uint8Array({ minLength: 1, maxLength: 40 })

suite('Shamir sharing', (test) => {
  test('any threshold of the shares, in any order, gives the secret back', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.integer({ min: 2, max: 8 }),
        fc.integer({ min: 2, max: 8 }),
        fc.infiniteStream(fc.nat()),
        (secret, a, b, random) => {
          const [threshold, parts] = a < b ? [a, b] : [b, a]
          const shares = splitSecret(secret, parts, threshold)
          const shuffled = shares.map((share) => ({ share, key: random.next().value })).sort((x, y) => x.key - y.key)
          const some = shuffled.slice(0, threshold).map(({ share }) => share)
          assert.equal([...combineShares(some)], [...secret])
          assert.equal([...combineShares(shares)], [...secret])
        },
      ),
    )
  })

  test('fewer shares than the threshold give something else', () => {
    const secret = Buffer.alloc(32, 7)
    const shares = splitSecret(secret, 5, 4)
    assert.is.not(Buffer.from(combineShares(shares.slice(0, 3))).toString('hex'), secret.toString('hex'))
  })

  test('a share is the secret’s length and one byte more, the x byte last and counted from 1', () => {
    const shares = splitSecret(Buffer.alloc(32, 1), 3, 2)
    assert.equal(
      shares.map((share) => [share.length, share[32]]),
      [
        [33, 1],
        [33, 2],
        [33, 3],
      ],
    )
  })

  test('agrees with the field of AES (FIPS 197, 4.2: {57} · {83} = {c1})', () => {
    // With threshold 2 the share at x is secret + x·a. From two shares a is known; x·a is checked at a third.
    const [first, second, third] = splitSecret(Uint8Array.of(0x57), 0x83, 2).filter((_, index) =>
      [0, 1, 0x82].includes(index),
    )
    const a = (first?.[0] ?? 0) ^ 0x57
    assert.is((second?.[0] ?? 0) ^ 0x57, ((a << 1) ^ (a & 0x80 ? 0x11b : 0)) & 0xff)
    assert.is((third?.[0] ?? 0) ^ 0x57, slowProduct(a, 0x83))
    assert.is(slowProduct(0x57, 0x83), 0xc1)
  })

  test('refuses thresholds and shares that make no sense', () => {
    for (const [parts, threshold] of [
      [3, 1],
      [2, 3],
      [256, 2],
      [1, 1],
    ] as const) {
      assert.throws(
        () => splitSecret(Buffer.alloc(32), parts, threshold),
        (error: { code: string }) => error.code === 'METADATA_INVALID',
      )
    }
    const [one, two] = splitSecret(Buffer.alloc(32), 2, 2)
    const share = one ?? new Uint8Array()
    for (const shares of [
      [],
      [share],
      [share, share],
      [share, (two ?? share).subarray(1)],
      [share, new Uint8Array(33)],
    ]) {
      assert.throws(() => combineShares(shares), /do not fit together/)
    }
  })
})

/** Multiplication in GF(2^8) by polynomial long division, written another way than the code under test. */
function slowProduct(a: number, b: number): number {
  let product = 0
  for (let bit = 0; bit < 8; bit += 1) if ((b >> bit) & 1) product ^= a << bit
  for (let bit = 15; bit >= 8; bit -= 1) if ((product >> bit) & 1) product ^= 0x11b << (bit - 8)
  return product
}
