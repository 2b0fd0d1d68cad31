/** PostgreSQL, of Debian's packages or of whatever put it on this machine. 15 seconds, 66 MB. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { debianPackages, linkProgram } from './peer-cache.js'

export const peer = { programs: ['initdb', 'postgres'], install }

/** Where distributions put what is not meant to be typed. */
const PLACES = ['/usr/lib/postgresql', '/usr/pgsql', '/opt/homebrew/opt', '/usr/local/opt']

function install() {
  if (found() === undefined) debianPackages('postgresql')
  const folder = found()
  if (folder === undefined) return 'PostgreSQL is not installed: apt-get install --no-install-recommends postgresql'
  for (const program of peer.programs) linkProgram(join(folder, program), program)
  return ''
}

function found() {
  return PLACES.filter(existsSync)
    .flatMap((place) => readdirSync(place).map((version) => join(place, version, 'bin')))
    .filter((folder) => peer.programs.every((program) => existsSync(join(folder, program))))
    .sort((one, other) => one.localeCompare(other, undefined, { numeric: true }))
    .at(-1)
}
