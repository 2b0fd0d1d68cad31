import type { Readable } from 'node:stream'
import { SecretsError } from '../core/errors.ts'
import { MAX_FILE_BYTES } from '../core/limits.ts'

/**
 * All bytes of standard input. Throws LIMIT_EXCEEDED beyond the limit for files, READ_FAILED, and what the
 * signal was aborted with.
 */
export async function readInput(input: Readable, signal: AbortSignal): Promise<Buffer> {
  signal.throwIfAborted()
  const stop = (): void => {
    input.destroy()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    return await collect(input)
  } catch (error) {
    signal.throwIfAborted()
    throw error instanceof SecretsError ? error : new SecretsError('READ_FAILED', 'standard input cannot be read')
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

/** Standard input piece by piece, as long as it may be. Throws READ_FAILED, and what the signal was aborted with. */
export async function* inputPieces(input: Readable, signal: AbortSignal): AsyncIterable<Uint8Array> {
  signal.throwIfAborted()
  const stop = (): void => {
    input.destroy()
  }
  signal.addEventListener('abort', stop, { once: true })
  try {
    for await (const chunk of input) yield Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
  } catch {
    signal.throwIfAborted()
    throw new SecretsError('READ_FAILED', 'standard input cannot be read')
  } finally {
    signal.removeEventListener('abort', stop)
  }
}

async function collect(input: Readable): Promise<Buffer> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of input) {
    const bytes = Buffer.isBuffer(chunk) ? chunk : Buffer.from(String(chunk))
    length += bytes.length
    if (length > MAX_FILE_BYTES) throw new SecretsError('LIMIT_EXCEEDED', 'standard input is larger than 256 MiB')
    chunks.push(bytes)
  }
  return Buffer.concat(chunks)
}
