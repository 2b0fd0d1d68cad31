import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { linkProgram, peersFolder } from './peer-cache.js'

/** Two programs that mask values in the output of a command. 5 seconds. */
export const peer = { programs: ['dotenvx', 'varlock'], install }

const PACKAGES = ['@dotenvx/dotenvx@2.38.2', 'varlock@1.20.0']

function install() {
  const folder = join(peersFolder(), 'masking-tools')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' }
  const result = spawnSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...PACKAGES], options)
  if (result.status !== 0) return `npm install failed: ${result.stderr}`
  const bin = join(folder, 'node_modules', '.bin')
  return peer.programs.map((program) => linkProgram(join(bin, program), program)).join('')
}
