import { readSync, writeSync } from 'node:fs'
import type { BlockingPipes } from './environment.ts'

/** Standard input and output of the process as their descriptors, which are used as whoever made them left them. */
export function blockingPipes({ stdin, stdout }: { readonly stdin: number; readonly stdout: number }): BlockingPipes {
  return {
    read: (target) => unlessItWouldWait(() => readSync(stdin, target)),
    write: (content) => unlessItWouldWait(() => writeSync(stdout, content)),
  }
}

/** Throws what the system says, but for an end of input, which Windows has as an error. */
function unlessItWouldWait(transfer: () => number): number | undefined {
  try {
    return transfer()
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code === 'EOF') return 0
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK') return undefined
    throw error
  }
}
