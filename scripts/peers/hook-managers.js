import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkProgram, peersFolder } from './peer-cache.js'

/** What else takes care of git's hooks, from npm. 3 seconds. */
export const peer = { programs: ['husky', 'lefthook'], install }

const PACKAGES = ['husky@9.1.7', 'lefthook@2.2.2']

function install() {
  const folder = join(peersFolder(), 'hook-managers')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' }
  // Their install scripts would set up the hooks of this very folder.
  const result = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], options)
  if (result.status !== 0) return `npm install failed: ${result.stderr}`
  for (const program of peer.programs) linkProgram(join(folder, 'node_modules', '.bin', program), program)
  return ''
}
