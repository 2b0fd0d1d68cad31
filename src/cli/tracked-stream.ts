import type { OutputStream } from './environment.ts'

/** The reader of standard output went away. Ends the program with `CLOSED_PIPE_STATUS` and not a word. */
export class ClosedPipe extends Error {}

/** A stream that knows what it has not yet handed over. */
export interface TrackedStream {
  /** Resolves when the system has taken it; rejects with `ClosedPipe` when nobody will. */
  readonly write: (content: string | Uint8Array) => Promise<void>
  readonly drained: () => Promise<unknown>
}

/** Follows every write to a stream, which is opened by the first: that costs time, and most commands write to one alone. */
export function trackWrites(open: () => OutputStream): TrackedStream {
  const pending = new Set<Promise<void>>()
  let stream: OutputStream | undefined
  return {
    write: (content) => {
      stream ??= listenedTo(open())
      const written = write(stream, content)
      pending.add(written)
      const forget = (): boolean => pending.delete(written)
      written.then(forget, forget)
      return written
    },
    drained: () => Promise.allSettled(pending),
  }
}

/** Every failure reaches the callback of its write too; without a listener it would end the process. */
function listenedTo(stream: OutputStream): OutputStream {
  stream.on('error', () => {})
  return stream
}

function write(stream: OutputStream, content: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    stream.write(content, (error) => {
      if (error === undefined || error === null) resolve()
      else reject(isClosedPipe(error) ? new ClosedPipe('standard output was closed') : error)
    })
  })
}

/** EOF is what Windows says for a pipe whose reader went away. */
function isClosedPipe(error: Error): boolean {
  return 'code' in error && (error.code === 'EPIPE' || error.code === 'EOF' || error.code === 'ERR_STREAM_DESTROYED')
}
