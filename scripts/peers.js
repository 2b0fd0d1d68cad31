/**
 * Installs the peers that are missing, then runs the suites that work with them.
 *
 *   npm run peers                  all suites
 *   npm run peers -- sops          test/peers/sops*.test.ts and test/peers/sops/
 *   npm run peers -- --install     installs only
 *
 * A peer that cannot be installed is a line, and its tests are skipped; with SECRETS_PEERS_REQUIRED=1 it is a failure.
 */
import { spawnSync } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isInstalled, peersEnvironment } from './peers/peer-cache.js'

const root = fileURLToPath(new URL('..', import.meta.url))
const suites = join('test', 'peers')
const names = process.argv.slice(2).filter((word) => !word.startsWith('--'))
const required = process.env.SECRETS_PEERS_REQUIRED === '1'

const missing = await installMissing()
if (missing > 0 && required) process.exitCode = 1
else if (!process.argv.includes('--install')) process.exitCode = runSuites()

async function installMissing() {
  const files = readdirSync(join(root, 'scripts', 'peers')).filter(
    (file) => file.endsWith('.js') && file !== 'peer-cache.js',
  )
  const problems = await Promise.all(files.map((file) => installPeer(file)))
  return problems.filter((problem) => problem !== '').length
}

async function installPeer(file) {
  const { peer } = await import(`./peers/${file}`)
  if (peer.programs.every(isInstalled)) return ''
  process.stdout.write(`installing ${peer.programs.join(', ')}\n`)
  const problem = peer.install()
  if (problem !== '') process.stdout.write(`missing peer ${peer.programs.join(', ')}: ${problem}\n`)
  return problem
}

function runSuites() {
  const places = readdirSync(join(root, suites))
    .filter((entry) => names.length === 0 || names.some((name) => entry.startsWith(name)))
    .map((entry) => join(suites, entry))
  if (places.length === 0) {
    process.stderr.write(`no suite in ${suites} is called ${names.join(' or ')}\n`)
    return 1
  }
  const command = [join('scripts', 'test.js'), '--seconds', '1200', ...places]
  const result = spawnSync(process.execPath, command, { cwd: root, env: peersEnvironment(), stdio: 'inherit' })
  return result.status ?? 1
}
