import type { FileHandle } from 'node:fs/promises'

const BLOCK = 64 * 1024

/** Bytes of a line: what is longer was not written by us. */
export const MAX_LINE: number = 4 * 1024 * 1024

/** How a log ends. */
export interface LogEnd {
  /** The last line that ends with a line break, without it; undefined where there is none. */
  readonly line: string | undefined
  /** What stands behind the last line break: nothing, unless somebody was killed while writing. */
  readonly rest: Buffer
}

/** Reads the end of a file of `size` bytes, and not more of it than that takes. Throws for a line beyond `MAX_LINE`. */
export async function readEnd(handle: FileHandle, size: number): Promise<LogEnd> {
  let tail: Buffer = Buffer.alloc(0)
  for (let start = size; ; ) {
    const last = tail.lastIndexOf(0x0a)
    const before = last === -1 ? -1 : tail.lastIndexOf(0x0a, last - 1)
    if (start === 0 || (last > 0 && before !== -1)) {
      const line = last === -1 ? undefined : tail.toString('utf8', before + 1, last)
      return { line, rest: tail.subarray(last + 1) }
    }
    if (tail.length > 2 * MAX_LINE) throw new Error('a line without end')
    const length = Math.min(BLOCK, start)
    start -= length
    const block = Buffer.alloc(length)
    const { bytesRead } = await handle.read(block, 0, length, start)
    if (bytesRead !== length) throw new Error('the file became shorter')
    tail = Buffer.concat([block, tail])
  }
}
