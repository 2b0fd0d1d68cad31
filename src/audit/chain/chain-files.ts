/** The files of one log: the one that is written, and those that were put aside when they were large enough. */
import { readdir } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** A file that was put aside, by the number of its last record. */
export interface RotatedFile {
  readonly path: string
  readonly last: number
}

/** Files that were put aside, oldest first. Throws the system's error where the folder cannot be read. */
export async function rotatedFiles(path: string): Promise<readonly RotatedFile[]> {
  const stem = `${basename(path)}.`
  const names = await readdir(dirname(path))
  const found = names.flatMap((name) => {
    const number = name.startsWith(stem) ? name.slice(stem.length) : ''
    return /^[1-9]\d{0,14}$/.test(number) ? [{ path: join(dirname(path), name), last: Number(number) }] : []
  })
  return found.sort((a, b) => a.last - b.last)
}

/** Where the file is put whose last record has this number. */
export function rotatedPath(path: string, last: number): string {
  return `${path}.${last}`
}
