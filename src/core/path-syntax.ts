/**
 * Paths as people write them: `a.b[0]."with.dot"`, and sops's `["a"]["b"][0]`; both in one path if need be.
 */
import { SecretsError } from './errors.ts'
import type { Path } from './tree.ts'

/** One step: `.key`, `."key"`, `["key"]`, `['key']` or `[0]`. The first `.` may be missing. */
const STEP = /\.?"((?:[^"\\]|\\.)*)"|\["((?:[^"\\]|\\.)*)"\]|\['((?:[^'\\]|\\.)*)'\]|\[(\d+)\]|\.?([^.[\]"]+)/y

/** Parses a path. '' is the root. Throws `BAD_PATH` with the column of the first character that fits nowhere. */
export function parsePath(text: string): Path {
  const path: (string | number)[] = []
  STEP.lastIndex = 0
  while (STEP.lastIndex < text.length) {
    const start = STEP.lastIndex
    const match = STEP.exec(text)
    if (match === null || (start > 0 && !/^[.[]/.test(match[0])) || (start === 0 && match[0].startsWith('.'))) {
      throw badPath(text, start)
    }
    path.push(step(match))
  }
  return path
}

function step(match: RegExpExecArray): string | number {
  const [, quotedKey, doubleKey, singleKey, index, bare] = match
  if (index !== undefined) return Number(index)
  return bare ?? (quotedKey ?? doubleKey ?? singleKey ?? '').replace(/\\(.)/g, '$1')
}

function badPath(text: string, position: number): SecretsError {
  return new SecretsError('BAD_PATH', `"${text}" is no path: character ${position + 1} fits nowhere`, {
    hint: 'paths look like database.hosts[0].password; quote keys with dots or brackets: a."b.c"',
  })
}

/** Writes a path so that `parsePath` reads it back, quotes only where they are needed. */
export function formatPath(path: Path): string {
  return path.map(formatStep).join('')
}

function formatStep(segment: string | number, position: number): string {
  if (typeof segment === 'number') return `[${segment}]`
  const key = /^[^.[\]"'\\\s\p{C}]+$/u.test(segment) ? segment : quoted(segment)
  return position === 0 ? key : `.${key}`
}

function quoted(key: string): string {
  return `"${key.replace(/["\\]/g, '\\$&')}"`
}
