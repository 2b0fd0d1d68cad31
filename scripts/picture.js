/**
 * Draws the picture of a terminal in the README, `docs/demo.svg`, from a run of the demonstration: the same commands, with
 * what they really print and the colours that they give it. What differs from run to run, names of commits and dates,
 * is replaced, so that the same program always draws the same picture.
 *
 *   node scripts/picture.js            writes it
 *   node scripts/picture.js --check    ends with status 1 when it would be another one
 */
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'
import { drawTerminal } from './demo/draw-terminal.js'

const picture = fileURLToPath(new URL('../docs/demo.svg', import.meta.url))

/** The commands of the demonstration that are in the picture, by how they begin. */
const SHOWN = ['git diff', 'git merge', 'secrets blame', 'echo', 'git commit -m']

/** The names of blobs in the head of a difference, and that of a commit at the beginning of a line. */
const NAMES = /\b[0-9a-f]{7,40}(?=\.\.)|(?<=\.\.)[0-9a-f]{7,40}\b|^[0-9a-f]{10}\b/g

const TITLE =
  'git diff shows the values that changed, git merge joins neighbouring lines, a leaked password stops a commit'

process.exitCode = main(process.argv.includes('--check'))

function main(onlyCheck) {
  const drawn = drawTerminal(steady(chosen(runDemo())), TITLE)
  const before = existsSync(picture) ? readFileSync(picture, 'utf8') : ''
  if (before === drawn) return 0
  if (onlyCheck) {
    console.error('docs/demo.svg shows another run than that of today: draw it anew with "npm run picture"')
    return 1
  }
  writeFileSync(picture, drawn)
  return 0
}

function runDemo() {
  const { NO_COLOR: _, ...env } = process.env
  const script = fileURLToPath(new URL('demo.js', import.meta.url))
  const run = spawnSync(process.execPath, [script], { encoding: 'utf8', env: { ...env, FORCE_COLOR: '1' } })
  if (run.status !== 0) throw new Error(`the demonstration failed:\n${run.stdout}${run.stderr}`)
  return run.stdout.split('\n')
}

/** The lines of the chosen commands, with the heading above the first of them. */
function chosen(lines) {
  const kept = []
  let heading = []
  let isChosen = false
  for (const line of lines) {
    const text = stripVTControlCharacters(line)
    const command = /^\w+ \$ (.*)$/.exec(text)?.[1]
    if (text.startsWith('# ')) {
      heading = ['', line]
      isChosen = false
    } else if (command !== undefined) {
      isChosen = SHOWN.some((beginning) => command.startsWith(beginning))
      if (isChosen) kept.push(...heading.splice(0), line)
    } else if (isChosen && text !== '') {
      kept.push(line)
    }
  }
  return kept.slice(1)
}

/** The lines with a name of their own in the place of each name of a commit or blob, and with one date. */
function steady(lines) {
  const names = new Map()
  const nameFor = (id) => {
    if (!names.has(id)) names.set(id, createHash('sha1').update(String(names.size)).digest('hex'))
    return names.get(id).slice(0, id.length)
  }
  return lines.map((line) => line.replace(NAMES, nameFor).replace(/\b\d{4}-\d\d-\d\d\b/g, '2026-05-04'))
}
