import { join, resolve, sep } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { hasGlobSigns, parseGlob } from './glob.ts'
import { GlobProblem } from './glob-problem.ts'
import { walkFiles } from './walk-files.ts'

/**
 * The files that a glob of the command line matches, absolute and sorted. It is relative to `cwd` and may begin with `../`
 * or be absolute. Links below `boundary` (the project's root) may not lead out of it. Throws `USAGE` for a malformed one.
 */
export async function findByGlob(pattern: string, cwd: string, boundary?: string): Promise<readonly string[]> {
  const names = pattern.split(sep).join('/').split('/')
  const first = names.findIndex((name) => hasGlobSigns(name))
  const fixed = names.slice(0, first).join('/')
  const root = resolve(cwd, first > 0 && fixed === '' ? '/' : fixed)
  const glob = parse(names.slice(first).join('/'), pattern)
  const found = await walkFiles({ root, folder: glob.folder, wanted: glob.matches, boundary })
  return found.map((path) => join(root, path))
}

function parse(rest: string, pattern: string): ReturnType<typeof parseGlob> {
  try {
    return parseGlob(rest)
  } catch (error) {
    if (!(error instanceof GlobProblem)) throw error
    throw new SecretsError(
      'USAGE',
      `"${pattern}": ${error.message}`,
      error.hint === undefined ? {} : { hint: error.hint },
    )
  }
}
