import { formatPath } from './path-syntax.ts'
import { SELECT_ALL } from './selection.ts'
import type { MapNode } from './tree.ts'
import { looksEncrypted, parseToken } from './value-cipher.ts'
import { pathOf, walk } from './walk.ts'

/** Paths of the encrypted values of a text, in its order, each once; no key is needed. Throws `LIMIT_EXCEEDED` as `walk`. */
export function encryptedPaths(documents: readonly MapNode[]): readonly string[] {
  const paths = new Set<string>()
  walk(documents, SELECT_ALL, {
    value: ({ trail, node }) => {
      const { canonical } = node.scalar
      if (typeof canonical !== 'string' || !looksEncrypted(canonical)) return
      // sops writes comments of lists as their elements.
      if (parseToken(canonical)?.type !== 'comment') paths.add(formatPath(pathOf(trail)))
    },
  })
  return [...paths]
}
