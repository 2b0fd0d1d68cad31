/** A temporary folder with a repository, homes of people and runners, and the means to run what a person would type. */
import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters } from 'node:util'

const project = fileURLToPath(new URL('../..', import.meta.url))
const program = join(project, 'bin', 'secrets.js')

/** Lines of a file or an output that are shown, and characters of a line: ciphertext is long. */
const SHOWN_LINES = 24
const SHOWN_COLUMNS = 108
const CIPHERTEXT = /ENC\[|BEGIN AGE/

/** As the programs decide it that are run here. */
const { NO_COLOR, FORCE_COLOR = '' } = process.env
const COLOURS = (FORCE_COLOR !== '' || process.stdout.isTTY) && (NO_COLOR ?? '') === ''

/** Something that did not go as a reader is told that it goes. */
export class Unexpected extends Error {}

/** Makes the folder, with a copy of the example. `remove` deletes it and ends what still runs. */
export function createSandbox(example) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'secretsrc-demo-')))
  const [shop, keys, programs] = ['shop', 'keys', 'bin'].map((name) => join(folder, name))
  for (const each of [keys, programs]) mkdirSync(each)
  writeLauncher(programs)
  cpSync(join(project, 'examples', example), shop, { recursive: true })
  const sandbox = { folder, shop, keys, programs, running: undefined }
  return {
    ...sandbox,
    env: (home, more = {}) => personEnvironment(sandbox, home, more),
    run: (words, options) => runShown(sandbox, words, options),
    remove: () => {
      sandbox.running?.kill('SIGKILL')
      // A program that was just ended may still hold a file on Windows.
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
    },
  }
}

/** Prints a heading of the story. */
export function tell(text) {
  console.log(`\n${bold(`# ${text}`)}`)
}

/** Prints a file of the repository as `cat` would. */
export function show(sandbox, file) {
  console.log(prompt(`cat ${file}`))
  const text = readFileSync(join(sandbox.shop, file), 'utf8')
  console.log(shortened(text))
  return text
}

/** Throws `Unexpected` unless something is so. */
export function expect(so, what) {
  if (!so) throw new Unexpected(what)
}

/**
 * Prints a command line as a person types it, runs it in the repository and prints what it prints. Gives status and output;
 * throws `Unexpected` for a status that is not the expected one (0).
 */
async function runShown(sandbox, [name, ...args], options = {}) {
  const { env, as, typed, input = '', status = 0, quiet = false } = options
  console.log(prompt(typed ?? [name, ...args].map(quoted).join(' '), as))
  const found = await runProgram(sandbox, [name, ...args], { env, input })
  const output = shortened(found.screen)
  if (output !== '' && !quiet) console.log(output)
  if (status !== 0) console.log(faint(`(status ${found.status})`))
  expect(
    found.status === status,
    `"${[name, ...args].join(' ')}" ended with status ${found.status}, not ${status}:\n${found.output}`,
  )
  return found
}

function runProgram(sandbox, [name, ...args], { env, input }) {
  const own = name === 'git' && COLOURS ? ['-c', 'color.ui=always', ...args] : args
  const [file, all] = name === 'secrets' ? [process.execPath, [program, ...args]] : [name, own]
  const child = spawn(name === 'node' ? process.execPath : file, all, { cwd: sandbox.shop, env })
  sandbox.running = child
  const chunks = { stdout: [], all: [] }
  child.stdout.on('data', (chunk) => {
    chunks.stdout.push(chunk)
    chunks.all.push(chunk)
  })
  child.stderr.on('data', (chunk) => chunks.all.push(chunk))
  child.stdin.on('error', () => {})
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status, signal) => {
      sandbox.running = undefined
      const [shown, screen] = [chunks.stdout, chunks.all].map((list) => Buffer.concat(list).toString('utf8'))
      resolve({
        status: status ?? signal,
        stdout: stripVTControlCharacters(shown),
        output: stripVTControlCharacters(screen),
        screen,
      })
    })
  })
}

/** A machine of one person: nothing of whoever runs this reaches it. */
function personEnvironment({ folder, programs }, home, more) {
  const place = join(folder, 'home', home)
  mkdirSync(place, { recursive: true })
  return {
    ...systemVariables(programs),
    HOME: place,
    USERPROFILE: place,
    APPDATA: join(place, 'AppData'),
    XDG_CONFIG_HOME: join(place, '.config'),
    XDG_STATE_HOME: join(place, '.local', 'state'),
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: join(place, '.gitconfig'),
    GIT_AUTHOR_NAME: home,
    GIT_AUTHOR_EMAIL: `${home}@shop.example`,
    GIT_COMMITTER_NAME: home,
    GIT_COMMITTER_EMAIL: `${home}@shop.example`,
    ...(COLOURS ? { FORCE_COLOR: '1' } : { NO_COLOR: '1' }),
    ...more,
  }
}

/** What no program starts without. */
function systemVariables(programs) {
  const names = process.platform === 'win32' ? ['SystemRoot', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP'] : ['TMPDIR']
  const kept = names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]]))
  return { ...Object.fromEntries(kept), PATH: [programs, process.env.PATH ?? ''].join(delimiter) }
}

/** What starts `secrets` by its name, as where it is installed. */
function writeLauncher(folder) {
  writeFileSync(join(folder, 'secrets'), `#!/bin/sh\nexec "${process.execPath}" "${program}" "$@"\n`)
  chmodSync(join(folder, 'secrets'), 0o755)
  writeFileSync(join(folder, 'secrets.cmd'), `@"${process.execPath}" "${program}" %*\r\n`)
}

function quoted(word) {
  return /^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`
}

function prompt(line, as) {
  return `\n${faint(as === undefined ? '$' : `${as} $`)} ${bold(line)}`
}

function shortened(text) {
  const lines = text.trimEnd().split('\n')
  const shown = lines.slice(0, SHOWN_LINES).map((line) => {
    return line.length > SHOWN_COLUMNS && CIPHERTEXT.test(line) ? `${line.slice(0, SHOWN_COLUMNS - 1)}…` : line
  })
  return [...shown, ...(lines.length > SHOWN_LINES ? [`… ${lines.length - SHOWN_LINES} more lines`] : [])].join('\n')
}

function bold(text) {
  return COLOURS ? `\u001b[1m${text}\u001b[22m` : text
}

function faint(text) {
  return COLOURS ? `\u001b[2m${text}\u001b[22m` : text
}
