/** Figures of a run of suites, from what `scripts/test.js` prints. */

const RESULT = /^(?:ok {2}|FAIL) \S*?test\/peers\/([^/\s.]+)\S*(?: part \d+ of \d+)? \((\d+)\/(\d+)\) ([\d.]+) s$/
const COLUMNS = ['tests', 'skipped', 'failed', 'seconds']

/** A line for each suite: tests that ran, that were skipped, that failed, and the seconds of its files together. */
export function suiteLines(output) {
  const suites = figuresOf(output)
  const width = Math.max(5, ...suites.map(([name]) => name.length))
  const row = (name, cells) => [name.padEnd(width), ...cells.map((cell) => String(cell).padStart(8))].join(' ')
  return [
    row('suite', COLUMNS),
    ...suites.map(([name, { tests, skipped, failed, seconds }]) =>
      row(name, [tests - skipped - failed, skipped, failed, seconds.toFixed(1)]),
    ),
  ]
}

function figuresOf(output) {
  const suites = new Map()
  let last
  for (const line of output.split('\n')) {
    const [, name, passed, total, seconds] = RESULT.exec(line) ?? []
    if (name !== undefined) {
      last = suites.get(name) ?? { tests: 0, skipped: 0, failed: 0, seconds: 0 }
      suites.set(name, last)
      last.tests += Number(total)
      last.failed += Number(total) - Number(passed)
      last.seconds += Number(seconds)
    } else if (line.startsWith('     skipped: ') && last !== undefined) {
      last.skipped += 1
    }
  }
  return [...suites].sort(([left], [right]) => (left < right ? -1 : 1))
}
