import * as assert from 'uvu/assert'
import { type Filters, type LaterFiles, serveFilters } from '../../src/git/filter-protocol.ts'
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

  test('puts off what may wait, names it when git asks, and gives it when git takes it', async () => {
    const ready = new Set<string>()
    const later: LaterFiles = {
      expect: () => undefined,
      putOff: async ({ path }) => path !== 'now' && Boolean(ready.add(path)),
      available: async () => [...ready],
      collect: (path) => (ready.delete(path) ? Buffer.from('L') : undefined),
    }
    const smudge = (path: string, ...more: readonly string[]): Buffer =>
      list('command=smudge', `pathname=${path}`, 'treeish=abc', ...more)
    const { served, written } = await serve(
      [
        GREETING,
        list('capability=clean', 'capability=smudge', 'capability=delay'),
        Buffer.concat([smudge('a', 'can-delay=1'), contentPackets(Buffer.from('x'))]),
        Buffer.concat([smudge('now', 'can-delay=1'), contentPackets(Buffer.from('x'))]),
        Buffer.concat([smudge('b'), contentPackets(Buffer.from('x'))]),
        list('command=list_available_blobs'),
        Buffer.concat([smudge('a'), contentPackets(Buffer.alloc(0))]),
        list('command=list_available_blobs'),
      ],
      { ...FILTERS, later },
    )
    assert.ok(served)
    const done = `${text('status=success')}00000000`
    assert.is(
      written,
      [
        text('git-filter-server', 'version=2'),
        text('capability=clean', 'capability=smudge', 'capability=delay'),
        text('status=delayed'),
        done,
        done,
        text('pathname=a') + text('status=success'),
        `${text('status=success')}0005L00000000`,
        `0000${text('status=success')}`,
      ].join(''),
    )
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

async function serve(
  packets: readonly Buffer[],
  filters: Filters = FILTERS,
): Promise<{ served: boolean; written: string }> {
  const written: Uint8Array[] = []
  const served = await serveFilters(
    {
      packets: new PacketReader(() => stream(packets)),
      write: async (bytes) => {
        written.push(bytes)
      },
    },
    filters,
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
