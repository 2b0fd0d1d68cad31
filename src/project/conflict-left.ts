/** Conflict markers that a merge left in a file. */
import { SecretsError } from '../core/errors.ts'
import { shellWord } from './check-problem.ts'

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

/** Why a file with markers is of no use: encrypted, they would be taken for values, and nobody would see them in a review. */
export function conflictLeft(line: number, path: string): SecretsError {
  return new SecretsError('FORMAT_INVALID', 'conflict markers of a merge are left in the file', {
    place: { line },
    hint: `solve the conflict with: secrets merge ${shellWord(path)}`,
  })
}
