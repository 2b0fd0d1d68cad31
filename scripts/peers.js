/**
 * Installs the peers that are missing, runs the suites that work with them, and prints a table of figures.
 *
 *   npm run peers                  all suites
 *   npm run peers -- sops vault    test/peers/sops… and test/peers/vault…, and no peers but theirs
 *   npm run peers -- --quick       without peers that take minutes to build, where they are not there yet
 *   npm run peers -- --install     installs only
 *
 * A peer that cannot be installed is a line, and its tests are skipped; with SECRETS_PEERS_REQUIRED=1 it is a failure,
 * except for what --quick leaves out.
 */
import { spawn } from 'node:child_process'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { mentionsProgram } from './peer-needs.js'
import { suiteLines } from './peer-table.js'
import { isInstalled, peersEnvironment } from './peers/peer-cache.js'

const { values: options, positionals: names } = parseArgs({
  options: { quick: { type: 'boolean', default: false }, install: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const root = fileURLToPath(new URL('..', import.meta.url))
const suites = join('test', 'peers')
const places = readdirSync(join(root, suites))
  .filter((entry) => entry !== 'support')
  .filter((entry) => names.length === 0 || names.some((name) => entry.startsWith(name)))
  .map((entry) => join(suites, entry))
const required = process.env.SECRETS_PEERS_REQUIRED === '1'

process.exitCode = await main()

async function main() {
  if (places.length === 0) {
    process.stderr.write(`no suite in ${suites} is called ${names.join(' or ')}\n`)
    return 1
  }
  const missing = await installMissing()
  const failed = missing.filter(({ leftOut }) => !leftOut)
  if (failed.length > 0 && required) return 1
  return options.install ? 0 : runSuites(missing)
}

/** The peers that are not there in the end: their programs, why, and whether that was wanted. */
async function installMissing() {
  const files = readdirSync(join(root, 'scripts', 'peers')).filter(
    (file) => file.endsWith('.js') && file !== 'peer-cache.js',
  )
  const missing = []
  for (const file of files) {
    const { peer } = await import(`./peers/${file}`)
    const leftOut = options.quick && peer.slow === true
    const reason = leftOut ? 'takes minutes to build: npm run peers -- --install' : install(peer)
    if (!peer.programs.every(isInstalled) && isNeeded(peer)) missing.push({ programs: peer.programs, reason, leftOut })
  }
  for (const { programs, reason } of missing) say(`missing peer ${programs.join(', ')}: ${reason}`)
  return missing
}

function install(peer) {
  if (peer.programs.every(isInstalled) || !isNeeded(peer)) return ''
  say(`installing ${peer.programs.join(', ')}`)
  return peer.install()
}

function isNeeded({ programs }) {
  return names.length === 0 || programs.some((program) => mentionsProgram(places, program, root))
}

/** Runs them, and gives the exit status. What they print is shown as it comes. */
async function runSuites(missing) {
  const leftOut = missing.filter((peer) => peer.leftOut).flatMap(({ programs }) => programs)
  const child = spawn(process.execPath, [join('scripts', 'test.js'), '--seconds', '1200', ...places], {
    cwd: root,
    env: { ...peersEnvironment(), SECRETS_PEERS_LEFT_OUT: leftOut.join(',') },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let output = ''
  child.stdout.setEncoding('utf8').on('data', (text) => {
    output += text
    process.stdout.write(text)
  })
  const status = await new Promise((resolve) => {
    child.on('error', () => resolve(1))
    child.on('close', (code) => resolve(code ?? 1))
  })
  const reasons = missing.map(({ programs, reason }) => `missing: ${programs.join(', ')}: ${reason}`)
  for (const line of ['', ...suiteLines(output), ...reasons]) say(line)
  // Last again, for who adds up counts.
  say(/^\d+ passed, \d+ failed, \d+ skipped$/m.exec(output)?.[0] ?? '')
  return status
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
