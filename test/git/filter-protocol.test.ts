import * as assert from 'uvu/assert'
import { type Filters, serveFilters } from '../../src/git/filter-protocol.ts'
import { contentPackets, FLUSH, PacketReader, textPacket } from '../../src/git/packets.ts'
import { suite } from '../support/suite.ts'

const GREETING = list('git-filter-client', 'version=2')
const FILTERS: Filters = {
  clean: ({ path, content }) => Promise.resolve(Buffer.from(`${path}:${content.toString().toUpperCase()}`)),
  smudge: ({ treeish }) => (treeish === undefined ? Promise.reject(new Error('no')) : Promise.resolve(Buffer.alloc(0))),
}

suite('filter-protocol', (test) => {
  test('answers files one by one until git closes its end', async () => {
    const { served, written } = await serve([
      GREETING,
      list('capability=clean', 'capability=smudge', 'capability=delay'),
      list('command=clean', 'pathname=a=b c', 'unknown=1'),
      contentPackets(Buffer.from('x')),
      list('command=smudge', 'pathname=y', 'treeish=abc', 'blob=1'),
      contentPackets(Buffer.from('x')),
    ])
    assert.ok(served)
    assert.is(
      written,
      [
        text('git-filter-server', 'version=2'),
        text('capability=clean', 'capability=smudge'),
        `${text('status=success')}000ba=b c:X00000000`,
        `${text('status=success')}00000000`,
      ].join(''),
    )
  })

  test('a file that fails is one error, and the next one is served', async () => {
    const { served, written } = await serve([
      GREETING,
      list('capability=clean', 'capability=smudge'),
      list('command=smudge', 'pathname=y'),
      contentPackets(Buffer.from('x')),
      list('command=other', 'pathname=y'),
      contentPackets(Buffer.from('x')),
      list('command=clean', 'pathname=y'),
      contentPackets(Buffer.from('z')),
    ])
    assert.ok(served)
    assert.ok(written.endsWith(`${text('status=error').repeat(2)}${text('status=success')}0007y:Z00000000`), written)
  })

  test('announces nothing that git does not offer', async () => {
    const { written } = await serve([GREETING, list('capability=smudge')])
    assert.ok(written.endsWith(text('capability=smudge')) && !written.includes('clean'))
  })

  test('whoever is not git, or speaks another version, gets no answer', async () => {
    for (const greeting of [[], [list('hello')], [list('git-filter-client', 'version=3')]]) {
      assert.equal(await serve(greeting), { served: false, written: '' })
    }
  })
})

async function serve(packets: readonly Buffer[]): Promise<{ served: boolean; written: string }> {
  const written: Uint8Array[] = []
  const served = await serveFilters(
    {
      packets: new PacketReader(() => stream(packets)),
      write: async (bytes) => {
        written.push(bytes)
      },
    },
    FILTERS,
  )
  return { served, written: Buffer.concat(written).toString() }
}

async function* stream(packets: readonly Buffer[]): AsyncGenerator<Buffer> {
  yield* packets
}

function list(...lines: readonly string[]): Buffer {
  return Buffer.concat([...lines.map(textPacket), FLUSH])
}

function text(...lines: readonly string[]): string {
  return list(...lines).toString()
}
