import type { Scalar } from './scalar.ts'
import type { SealedText } from './sealed-text.ts'
import { SELECT_ALL } from './selection.ts'
import type { Path } from './tree.ts'
import { looksEncrypted, parseToken } from './value-cipher.ts'
import { pathOf, walk } from './walk.ts'

/** What a file shows of a value to who has no key. */
export interface ClosedEntry {
  readonly path: Path
  readonly document: number
  /** A value that stands in clear; nothing says that it is as it was written, for the MAC is not checked. */
  readonly clear: Scalar | undefined
  /** The type that the ciphertext is marked with: `str`, `int`, `float`, `bool`, `time`, `bytes`. */
  readonly type: string
  /** Bytes of the value: a ciphertext is as long as what it holds. */
  readonly length: number
}

/** The values of a file that is not opened, in its order. Throws `LIMIT_EXCEEDED` as `walk`. */
export function closedEntries({ parsed }: SealedText): readonly ClosedEntry[] {
  const entries: ClosedEntry[] = []
  walk(parsed.documents, SELECT_ALL, {
    value: ({ trail, document, node: { scalar } }) => {
      const text = typeof scalar.canonical === 'string' ? scalar.canonical : ''
      const token = looksEncrypted(text) ? parseToken(text) : undefined
      // sops writes comments of lists as their elements.
      if (token?.type === 'comment') return
      entries.push({
        path: pathOf(trail),
        document,
        clear: token === undefined ? scalar : undefined,
        type: token?.type ?? scalar.type,
        length: Buffer.from(token?.data ?? '', 'base64').length,
      })
    },
  })
  return entries
}
