/**
 * Measures `secrets` against bare node and, where it is installed, against sops: whole processes, side by side in one
 * run, medians and ratios.
 *
 *   npm run bench                        all cases (some minutes)
 *   npm run bench -- --quick             without the files of a million values, few rounds
 *   npm run bench -- --only 'files'      cases whose name matches
 *   npm run bench -- --json results.json also as JSON
 *   npm run bench -- --check             exits 1 when a goal is missed
 */
import { writeFileSync } from 'node:fs'
import { arch, cpus, platform } from 'node:os'
import { parseArgs } from 'node:util'
import { cases, linear, sizeCase } from './cases.js'
import { MASKING, maskingLines } from './masking-table.js'
import { measure } from './measure.js'
import { caseLines, growthLine } from './table.js'
import { createWorkbench } from './workbench.js'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    json: { type: 'string' },
    check: { type: 'boolean', default: false },
  },
})

const bench = createWorkbench()
try {
  process.exitCode = runAll()
} finally {
  bench.remove()
}

function runAll() {
  say(`node ${process.version}, ${bench.sops ?? 'sops is not installed'}, ${cpus().length} × ${cpus()[0]?.model}`)
  const chosen = cases.filter(({ name, large }) => new RegExp(options.only).test(name) && !(options.quick && large))
  const results = chosen.map(runCase)
  const growth = linear.flatMap((series) => growthOf(series, results))
  if (growth.length > 0) say('')
  for (const series of growth) say(growthLine(series))
  if (new RegExp(options.only).test(MASKING)) for (const line of ['', ...maskingLines()]) say(line)
  if (options.json !== undefined) writeFileSync(options.json, `${JSON.stringify(report(results, growth), null, 2)}\n`)
  const missed = [...results.flatMap(({ goals }) => goals), ...growth].some(({ reached }) => reached === false)
  return options.check && missed ? 1 : 0
}

function runCase({ name, rounds, goals, contestants }) {
  const turns = options.quick ? Math.ceil(rounds / 4) : rounds
  const results = measure(contestants(bench), turns, bench.options)
  const outcome = { name, rounds: turns, results, goals: goals.map((goal) => outcomeOf(goal, results)) }
  for (const line of caseLines(outcome)) say(line)
  return outcome
}

function outcomeOf(goal, results) {
  const ours = results.find(({ name }) => name === 'secrets')
  const other = goal.milliseconds ?? results.find(({ name }) => name === goal.of)?.median
  if (other === undefined) return goal
  const ratio = ours.median / other
  return { ...goal, ratio, reached: ratio <= goal.most, aimed: ratio <= goal.aim }
}

/** How the time for one value grows from the smallest to the largest file that was measured. */
function growthOf({ verb, counts, most }, results) {
  const points = counts.flatMap((count) => {
    const found = results.find(({ name }) => name === sizeCase(verb, count))
    return found === undefined ? [] : [found.results.find(({ name }) => name === 'secrets').median / count]
  })
  if (points.length < 2) return []
  const factors = points.map((point) => point / points[0])
  return [{ verb, factors, most, reached: Math.max(...factors) <= most }]
}

function report(results, growth) {
  return {
    node: process.version,
    sops: bench.sops ?? null,
    machine: { platform: platform(), arch: arch(), cpus: cpus().length, model: cpus()[0]?.model },
    unit: { time: 'milliseconds', memory: 'MiB' },
    cases: results,
    growth,
  }
}

function say(line) {
  process.stdout.write(`${line}\n`)
}
