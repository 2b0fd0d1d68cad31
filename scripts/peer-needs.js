/** Which peers a suite works with: those whose name stands, in quotes, in its files or in what these import of the peers' support. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, resolve } from 'node:path'

/** Whether a test below one of the places, relative to `root`, names the program. */
export function mentionsProgram(places, program, root) {
  const seen = new Set()
  return places.flatMap((place) => sources(join(root, place))).some((file) => mentions(file, program, seen))
}

function sources(place) {
  if (!statSync(place).isDirectory()) return [place]
  return readdirSync(place).flatMap((entry) => sources(join(place, entry)))
}

function mentions(file, program, seen) {
  if (seen.has(file)) return false
  seen.add(file)
  const text = readFileSync(file, 'utf8')
  if (text.includes(`'${program}'`)) return true
  const imports = [...text.matchAll(/from '(\.[^']+)'/g)].map(([, path]) => resolve(dirname(file), path))
  return imports.filter((path) => /test[\\/]peers[\\/]/.test(path)).some((path) => mentions(path, program, seen))
}
