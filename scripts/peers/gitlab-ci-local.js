import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { debianPackages, linkProgram, peersFolder } from './peer-cache.js'

/** Runs jobs of GitLab on the machine itself. It needs rsync. 10 seconds. Later versions ask for Node 22. */
export const peer = { programs: ['gitlab-ci-local'], install }

function install() {
  debianPackages('rsync')
  const folder = join(peersFolder(), 'gitlab-ci-local')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }))
  const options = { cwd: folder, encoding: 'utf8', shell: process.platform === 'win32' }
  const args = ['install', '--ignore-scripts', '--no-audit', '--no-fund', 'gitlab-ci-local@4.73.0']
  const result = spawnSync('npm', args, options)
  if (result.status !== 0) return `npm install failed: ${result.stderr}`
  return linkProgram(join(folder, 'node_modules', '.bin', 'gitlab-ci-local'), 'gitlab-ci-local')
}
