/**
 * Runs test files, each in a process of its own, some side by side, and prints `N passed, N failed, N skipped`.
 *
 *   node scripts/test.js              all of test/ except test/peers
 *   node scripts/test.js test/core    the files below a folder, or single files
 *
 * A file that ran no test, crashed, or whose count could not be read is a failure: uvu itself exits 0 then.
 */
import { spawn } from 'node:child_process'
import { readdirSync, statSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'

const started = Date.now()
const wanted = process.argv.slice(2)
const files = (wanted.length > 0 ? wanted : ['test']).flatMap((place) => testFiles(place, wanted.length > 0)).sort()
if (files.length === 0) fail('no test file found')

const totals = { passed: 0, failed: 0, skipped: 0 }
const queue = [...files]
await Promise.all(Array.from({ length: Math.max(2, availableParallelism()) }, worker))

process.stdout.write(`\n${files.length} test files in ${((Date.now() - started) / 1000).toFixed(1)} s\n`)
process.stdout.write(`${totals.passed} passed, ${totals.failed} failed, ${totals.skipped} skipped\n`)
process.exitCode = totals.failed === 0 && totals.passed > 0 ? 0 : 1

function testFiles(place, named) {
  if (!statSync(place).isDirectory()) return [place]
  return readdirSync(place, { withFileTypes: true }).flatMap((entry) => {
    const path = join(place, entry.name)
    if (entry.isDirectory()) {
      const left = ['fixtures', 'support', ...(named ? [] : ['peers'])]
      return left.includes(entry.name) ? [] : testFiles(path, named)
    }
    return entry.name.endsWith('.test.ts') ? [path] : []
  })
}

async function worker() {
  for (let file = queue.shift(); file !== undefined; file = queue.shift()) await runFile(file)
}

async function runFile(file) {
  const { output, status } = await run(file)
  const total = Number(/^\s*Total:\s+(\d+)/m.exec(output)?.[1] ?? sum(output, /^\s*Total:\s+(\d+)/gm))
  const passed = sum(output, /^\s*Passed:\s+(\d+)/gm)
  const all = sum(output, /^\s*Total:\s+(\d+)/gm) || total
  const skipped = (output.match(/^skipped: /gm) ?? []).length
  const complete = status === 0 && all > 0 && passed === all
  const failed = complete ? 0 : Math.max(1, all - passed)
  totals.passed += Math.max(0, passed - skipped)
  totals.failed += failed
  totals.skipped += skipped
  process.stdout.write(`${failed === 0 ? 'ok  ' : 'FAIL'} ${file} (${passed}/${all})\n`)
  for (const line of output.match(/^skipped: .*/gm) ?? []) process.stdout.write(`     ${line}\n`)
  if (failed > 0) process.stdout.write(`${output}\n${all === 0 ? `${file} ran no test\n` : ''}`)
}

function sum(text, pattern) {
  return [...text.matchAll(pattern)].reduce((total, match) => total + Number(match[1]), 0)
}

function run(file) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--import', 'tsx', file], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NO_COLOR: '1', FORCE_COLOR: '0', NODE_EXTRA_CA_CERTS: '' },
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.stderr.on('data', (chunk) => {
      output += chunk
    })
    child.on('error', (error) => resolve({ output: String(error), status: 1 }))
    child.on('close', (status) => resolve({ output, status: status ?? 1 }))
  })
}

function fail(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
