/**
 * Runs test files, each in a process of its own, some side by side, and prints `N passed, N failed, N skipped`.
 *
 *   node scripts/test.js              all of test/ except test/peers; builds dist first when it is stale
 *   node scripts/test.js test/core    the files below a folder, or single files
 *
 * A file that ran no test, crashed, took longer than five minutes, or whose count could not be read is a failure:
 * uvu itself exits 0 then. `--seconds N` sets another limit for a file, `--jobs N` how many run side by side.
 *
 * A file with a line `// parts: N` is slow: its tests are shared out over N processes, which start before all others,
 * so that no core waits for a long file at the end.
 */
import { spawn, spawnSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { bundleTests } from './test-bundle.js'

const started = Date.now()
const { values, positionals } = parseArgs({
  options: { seconds: { type: 'string', default: '300' }, jobs: { type: 'string' } },
  allowPositionals: true,
})
const build = fileURLToPath(new URL('build.js', import.meta.url))
const loader = import.meta.resolve('tsx')
const totals = { passed: 0, failed: 0, skipped: 0 }
// The folder of the bundles is removed.
for (const [signal, status] of [
  ['SIGINT', 130],
  ['SIGTERM', 143],
]) {
  process.on(signal, () => process.exit(status))
}

process.exitCode = await runAll()

async function runAll() {
  const missing = positionals.filter((place) => !existsSync(place))
  if (missing.length > 0) return refuse(`no such file or folder: ${missing.join(', ')}`)
  const named = positionals.length > 0
  const files = [...new Set((named ? positionals : ['test']).flatMap((place) => testFiles(place, named)))]
  if (files.length === 0) return refuse('no test file found')
  if (!named && spawnSync(process.execPath, [build, '--if-stale'], { stdio: 'inherit' }).status !== 0) {
    return refuse('the build failed')
  }
  // Coverage is counted in the sources.
  const bundles = process.env.NODE_V8_COVERAGE === undefined ? await bundleTests(files) : undefined
  const queue = files.toSorted((left, right) => (left < right ? -1 : 1)).flatMap(partsOf)
  queue.sort((left, right) => right.parts - left.parts)
  const jobs = Number(values.jobs ?? Math.max(2, availableParallelism()))
  await Promise.all(Array.from({ length: jobs }, async () => work(queue, { named, bundles })))
  say(`\n${files.length} test files in ${((Date.now() - started) / 1000).toFixed(1)} s`)
  say(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped`)
  return totals.failed === 0 && totals.passed + totals.skipped > 0 ? 0 : 1
}

function testFiles(place, named) {
  if (!statSync(place).isDirectory()) return [place]
  const left = ['fixtures', 'support', 'transcripts', ...(named ? [] : ['peers'])]
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const path = join(place, entry.name)
    if (entry.isDirectory()) return left.includes(entry.name) ? [] : testFiles(path, named)
    return entry.name.endsWith('.test.ts') ? [path] : []
  })
}

/** What runs in a process each: `part` of `parts` of the tests of a file, from 1. */
function partsOf(file) {
  const parts = Number(/^\/\/ parts: (\d+)$/m.exec(readFileSync(file, 'utf8'))?.[1] ?? 1)
  return Array.from({ length: parts }, (_, index) => ({ file, parts, part: index + 1 }))
}

async function work(queue, options) {
  for (let task = queue.shift(); task !== undefined; task = queue.shift()) {
    const start = Date.now()
    report(task, await runPart(task, options), (Date.now() - start) / 1000)
  }
}

/** The output of a process and how it ended. The count is what suite.ts prints, and must agree with the status. */
function runPart({ file, parts, part }, { named, bundles }) {
  const chosen = { ...(named ? {} : { SECRETS_TEST_BUILT: '1' }), SECRETS_TEST_PART: `${part}/${parts}` }
  return new Promise((resolve) => {
    const bundle = bundles?.get(file)
    const args = bundle === undefined ? ['--import', loader, file] : ['--enable-source-maps', bundle]
    const child = spawn(process.execPath, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: Number(values.seconds) * 1000,
      killSignal: 'SIGKILL',
      env: { ...environment(), ...chosen },
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk) => {
        output += chunk
      })
    }
    child.on('error', (error) => resolve({ output: String(error), end: 'could not be started' }))
    child.on('close', (status, signal) => resolve({ output, end: ending(status, signal) }))
  })
}

// Node reads the certificates of NODE_EXTRA_CA_CERTS at every start, which triples the time of a short process.
function environment() {
  const { NODE_EXTRA_CA_CERTS: _, FORCE_COLOR: __, ...rest } = process.env
  return { ...rest, NO_COLOR: '1' }
}

function ending(status, signal) {
  if (signal === 'SIGKILL') return `took longer than ${values.seconds} s, or was killed`
  if (signal !== null) return `was ended by ${signal}`
  return status === 0 ? '' : `exited with ${status}`
}

function report({ file, parts, part }, { output, end }, seconds) {
  const total = sum(output, /^ {2}Total: +(\d+)$/gm)
  const passed = sum(output, /^ {2}Passed: +(\d+)$/gm)
  const skipped = output.match(/^skipped: .*$/gm) ?? []
  const problem = problemOf(end, total, passed)
  totals.passed += passed - skipped.length
  totals.skipped += skipped.length
  totals.failed += problem === '' ? 0 : Math.max(1, total - passed)
  const name = `${file.split(sep).join('/')}${parts === 1 ? '' : ` part ${part} of ${parts}`}`
  say(`${problem === '' ? 'ok  ' : 'FAIL'} ${name} (${passed}/${total}) ${seconds.toFixed(1)} s`)
  for (const line of skipped) say(`     ${line}`)
  if (problem !== '') say(`${output}\n${file} ${problem}`)
}

function problemOf(end, total, passed) {
  if (total === 0) return `ran no test${end === '' ? '' : ` and ${end}`}`
  if (passed !== total) return `failed in ${total - passed} of ${total} tests`
  return end
}

function sum(text, pattern) {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0)
}

function say(line) {
  process.stdout.write(`${line}\n`)
}

function refuse(message) {
  process.stderr.write(`${message}\n`)
  return 1
}
