/** Times whole processes: the contestants of a case take turns, so that a slow minute of the machine hits all of them. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'

const TIME = '/usr/bin/time'

/**
 * Runs every contestant `rounds` times, in turn, after one round that does not count.
 * A contestant is `{ name, steps, before?, options? }`: processes that run one after the other, each `[program, ...args]`,
 * what is done before each run, untimed, and how they run where it is not as all others.
 * Gives, for each, the median, the fastest and all times in milliseconds, and the largest memory of a step in MiB.
 */
export function measure(contestants, rounds, options) {
  const times = new Map(contestants.map(({ name }) => [name, []]))
  for (let round = rounds > 1 ? -1 : 0; round < rounds; round += 1) {
    for (const contestant of contestants) {
      const time = timeOnce(contestant, contestant.options ?? options)
      if (round >= 0) times.get(contestant.name).push(time)
    }
  }
  return contestants.map((contestant) => {
    const all = times.get(contestant.name)
    return {
      name: contestant.name,
      median: median(all),
      fastest: Math.min(...all),
      memory: peakMemory(contestant, contestant.options ?? options),
      times: all,
    }
  })
}

function timeOnce({ steps, before }, options) {
  before?.()
  const started = process.hrtime.bigint()
  for (const step of steps) run(step, options)
  return Number(process.hrtime.bigint() - started) / 1e6
}

/** Runs a process with its output thrown away; throws with its complaint when it fails. */
export function run([program, ...args], { env, cwd }) {
  const stdio = ['ignore', 'ignore', 'pipe']
  const result = spawnSync(program, args, { env, cwd, stdio, encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`${program} ${args.slice(0, 4).join(' ')}: ${result.error ?? result.stderr}`)
  return result.stderr
}

// Linux counts in kilobytes (-v), macOS in bytes (-l). Elsewhere, and without the program, memory is not known.
function peakMemory({ steps, before }, options) {
  if (!existsSync(TIME) || !['linux', 'darwin'].includes(process.platform)) return null
  before?.()
  const linux = process.platform === 'linux'
  // A loop of equal processes needs what one of them needs.
  const report = run([TIME, linux ? '-v' : '-l', ...steps[0]], options)
  const match = linux
    ? /Maximum resident set size \(kbytes\): (\d+)/.exec(report)
    : /(\d+) +maximum resident/.exec(report)
  return match === null ? null : Number(match[1]) / (linux ? 1024 : 1024 * 1024)
}

function median(numbers) {
  const sorted = numbers.toSorted((left, right) => left - right)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
