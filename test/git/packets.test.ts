import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { BrokenPackets, contentPackets, FLUSH, PacketReader, textPacket } from '../../src/git/packets.ts'
import { suite } from '../support/suite.ts'

const runs = { numRuns: 100 * Number(process.env['SECRETS_TEST_RUNS'] ?? '1') }

suite('packets', (test) => {
  test('are spelled as git spells them', () => {
    assert.is(textPacket('version=2').toString(), '000eversion=2\n')
    assert.is(contentPackets(Buffer.from('a')).toString(), '0005a0000')
    assert.is(contentPackets(Buffer.alloc(0)).toString(), '0000')
    const large = contentPackets(Buffer.alloc(65_517, 'x'))
    assert.is(large.subarray(0, 4).toString(), 'fff0')
    assert.is(large.subarray(65_520).toString(), '0005x0000')
  })

  test('come back whole, however the stream is cut', async () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 140_000 }), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(contents, fc.integer({ min: 1, max: 70_000 }), async (all, size) => {
        const reader = new PacketReader(() => cut(Buffer.concat(all.map(contentPackets)), size))
        for (const content of all) {
          assert.is(Buffer.compare(Buffer.concat((await reader.readList()) ?? []), content), 0)
        }
        assert.is(await reader.readList(), undefined)
      }),
      { numRuns: runs.numRuns / 4 },
    )
  })

  test('come back whole from a pipe that is waited for, and from its stream where it stops waiting', async () => {
    const contents = fc.array(fc.uint8Array({ maxLength: 140_000 }), { maxLength: 3 })
    await fc.assert(
      fc.asyncProperty(
        contents,
        fc.integer({ min: 1, max: 70_000 }),
        fc.option(fc.nat(200_000)),
        async (all, size, turn) => {
          const pipe = new Pipe(Buffer.concat(all.map(contentPackets)), { size, turn: turn ?? Infinity })
          const reader = new PacketReader(pipe.stream, pipe.read)
          const lists: Buffer[] = []
          for (const _ of all) lists.push(Buffer.concat((await reader.readList()) ?? []))
          assert.ok(all.every((content, index) => Buffer.compare(lists[index] ?? Buffer.from('?'), content) === 0))
          assert.is(await reader.readList(), undefined)
        },
      ),
      { numRuns: runs.numRuns / 4 },
    )
  })

  test('texts lose the line break that git gives them', async () => {
    const reader = new PacketReader(() => cut(Buffer.concat([textPacket('a=b=c'), Buffer.from('0005x'), FLUSH]), 3))
    assert.equal(await reader.readTexts(), ['a=b=c', 'x'])
  })

  for (const [name, bytes] of [
    ['a length that is no number', 'zzzzabc'],
    ['a length that is too short', '0003'],
    ['a packet that ends early', '0009abc'],
    ['a list without its end', '0005a'],
    ['half a length', '00'],
  ] as const) {
    test(`${name} is refused`, async () => {
      const error = await new PacketReader(() => cut(Buffer.from(bytes), 2)).readList().then(
        () => undefined,
        (caught: unknown) => caught,
      )
      assert.instance(error, BrokenPackets)
    })
  }
})

async function* cut(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size)
}

/** Gives its bytes to whoever reads: from `turn` on to the stream alone. */
class Pipe {
  readonly #size: number
  readonly #turn: number
  readonly #bytes: Buffer
  #position = 0

  constructor(bytes: Buffer, { size, turn }: { size: number; turn: number }) {
    this.#bytes = bytes
    this.#size = size
    this.#turn = turn
  }

  readonly read = (target: Uint8Array): number | undefined => {
    if (this.#position >= this.#turn) return undefined
    const part = this.#bytes.subarray(this.#position, this.#position + Math.min(this.#size, target.length))
    target.set(part)
    this.#position += part.length
    return part.length
  }

  readonly stream = (): AsyncGenerator<Buffer> => cut(this.#bytes.subarray(this.#position), this.#size)
}
