/** Plain content that must not be committed even encrypted. */
import { SecretsError } from '../core/errors.ts'
import { shellWord } from '../project/check-problem.ts'

/** Markers of git's default size, or of a larger one (`conflict-marker-size` of gitattributes), in their order. */
const MARKERS = [/^<{7,}(?: |\r?$)/m, /^={7,}\r?$/m, /^>{7,}(?: |\r?$)/m]

/** The line, from 1, of the first marker that a merge left behind; undefined where none, or not all of a conflict, are there. */
export function conflictLine(content: Uint8Array): number | undefined {
  const text = Buffer.from(content.buffer, content.byteOffset, content.byteLength).toString('latin1')
  let from = 0
  let line: number | undefined
  for (const marker of MARKERS) {
    const found = marker.exec(text.slice(from))
    if (found === null) return undefined
    line ??= text.slice(0, found.index).split('\n').length
    from += found.index + found[0].length
  }
  return line
}

/** Why markers are refused: encrypted, they would be taken for values, and nobody would see them in a review. */
export function conflictLeft(line: number, path: string): SecretsError {
  return new SecretsError('FORMAT_INVALID', 'conflict markers of a merge are left in the file', {
    place: { line },
    hint: `solve the conflict with: secrets merge ${shellWord(path)}`,
  })
}

/** Lines of a key file: comments, and secret keys of age. */
const KEY_FILE_LINE = /^(?:#.*|AGE-SECRET-KEY-(?:PQ-)?1[0-9A-Z]+|AGE-PLUGIN-[0-9A-Z-]+1[0-9A-Z]+|)$/

/**
 * Refuses a file that is nothing but age identities: a pattern that is too wide would lock the key into what it
 * opens. Throws `FORMAT_INVALID`.
 */
export function refuseKeyFile(content: Uint8Array): void {
  const text = Buffer.from(content.buffer, content.byteOffset, Math.min(content.byteLength, 65_536)).toString('latin1')
  if (!text.includes('AGE-SECRET-KEY-') && !text.includes('AGE-PLUGIN-')) return
  if (!text.split('\n').every((line) => KEY_FILE_LINE.test(line.trim()))) return
  throw new SecretsError('FORMAT_INVALID', 'this is a key file, and belongs in no commit', {
    hint: 'keep it out of the repository; if it is itself a secret to share, run "secrets encrypt" on it first',
  })
}
