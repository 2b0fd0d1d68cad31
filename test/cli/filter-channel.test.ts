import { spawn } from 'node:child_process'
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import * as assert from 'uvu/assert'
import { blockingPipes } from '../../src/cli/blocking-pipes.ts'
import type { BlockingPipes, Environment } from '../../src/cli/environment.ts'
import { filterChannel } from '../../src/cli/filter-channel.ts'
import { contentPackets } from '../../src/git/packets.ts'
import { suite } from '../support/suite.ts'

suite('filter channel', (test) => {
  test('writes through the pipe as much as it takes, and the rest in order through the stream', async () => {
    for (const room of [0, 1, 7, 8, 100]) {
      const written: Buffer[] = []
      let left = room
      const write = (content: Uint8Array): number | undefined => {
        if (left === 0) return undefined
        const part = Buffer.from(content.subarray(0, Math.min(3, left)))
        written.push(part)
        left -= part.length
        return part.length
      }
      const channel = channelOf({ read: () => 0, write }, written)
      for (const text of ['first ', 'second ', 'third']) await channel.write(Buffer.from(text))
      assert.is(Buffer.concat(written).toString(), 'first second third', `${room}`)
    }
  })

  test('reads the stream where there is no pipe, or none that can be waited for', async () => {
    for (const pipes of [undefined, { read: () => undefined, write: () => undefined }]) {
      const lists = await channelOf(pipes, [], [contentPackets(Buffer.from('x'))]).packets.readList()
      assert.is(Buffer.concat(lists ?? []).toString(), 'x')
    }
  })
})

suite('blocking pipes', (test) => {
  test('give what a file holds and then its end, and write', ({ onCleanup }) => {
    const folder = mkdtempSync(join(tmpdir(), 'secretsrc-pipes-'))
    onCleanup(() => rmSync(folder, { recursive: true, force: true }))
    writeFileSync(join(folder, 'in'), 'hello')
    const [stdin, stdout] = [openSync(join(folder, 'in'), 'r'), openSync(join(folder, 'out'), 'w')]
    const pipes = blockingPipes({ stdin, stdout })
    const target = Buffer.alloc(10)
    assert.equal([pipes.read(target), pipes.read(target)], [5, 0])
    assert.is(pipes.write(target.subarray(0, 5)), 5)
    for (const descriptor of [stdin, stdout]) closeSync(descriptor)
    assert.is(readFileSync(join(folder, 'out'), 'utf8'), 'hello')
    assert.throws(() => pipes.read(target), /EBADF/)
  })

  test('say where a pipe does not wait', ({ skip, onCleanup }) => {
    if (process.platform === 'win32') {
      skip('pipes of Windows always wait')
      return
    }
    // Node makes its own end of a pipe to a child one that does not wait.
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    })
    onCleanup(() => void child.kill())
    const { fd } = Reflect.get(child.stdout, '_handle')
    assert.is(blockingPipes({ stdin: fd, stdout: 1 }).read(Buffer.alloc(1)), undefined)
  })
})

function channelOf(
  pipes: BlockingPipes | undefined,
  written: Buffer[],
  input: readonly Buffer[] = [],
): ReturnType<typeof filterChannel> {
  const stream = { write: () => true, on: () => undefined }
  const environment: Environment = {
    env: {},
    cwd: '/',
    home: '/',
    platform: process.platform,
    stdin: Readable.from(input),
    stdout: stream,
    stderr: stream,
    ...(pipes === undefined ? {} : { pipes }),
    isTerminal: () => false,
    signals: { signal: new AbortController().signal, caught: () => undefined, takeOver: () => () => undefined },
    now: () => new Date(),
  }
  return filterChannel(environment, { result: async (content) => void written.push(Buffer.from(content)) })
}
