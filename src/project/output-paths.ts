import { basename, isAbsolute, join, relative } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { isInside } from './paths.ts'
import type { TargetFile } from './targets.ts'

/** A file that is written out elsewhere, and the formats that it has and gets. */
export interface WrittenOut {
  readonly target: TargetFile
  readonly from: Format
  readonly to: Format
}

/**
 * Absolute paths below `folder` for files, in their order: where a file lies in the project (without one, below `cwd`) it lies
 * below the folder too; one that lies elsewhere gets its name alone. A converted file gets the suffix of its new
 * format. Throws `NAME_CLASH` where two files would be one.
 */
export function outputPaths(files: readonly WrittenOut[], folder: string, cwd: string): readonly string[] {
  const sources = new Map<string, string>()
  return files.map((file) => {
    const path = join(folder, placeOf(file, cwd))
    const other = sources.get(path)
    if (other !== undefined) {
      throw new SecretsError('NAME_CLASH', `${other} and ${file.target.shown} would both be written to ${path}`, {
        hint: 'decrypt one of them by itself',
      })
    }
    sources.set(path, file.target.shown)
    return path
  })
}

function placeOf({ target, from, to }: WrittenOut, cwd: string): string {
  const place = isAbsolute(target.relative)
    ? isInside(cwd, target.path)
      ? relative(cwd, target.path)
      : basename(target.path)
    : target.relative
  return from.name === to.name ? place : withSuffix(place, from, to)
}

/** `.env.production` is dotenv without its suffix: it keeps its name and gets the new suffix behind it. */
function withSuffix(place: string, from: Format, to: Format): string {
  const old = from.extensions.find((extension) => place.endsWith(extension) && basename(place) !== extension)
  const stem = old === undefined ? place : place.slice(0, -old.length)
  return stem + (to.extensions[0] ?? '')
}
