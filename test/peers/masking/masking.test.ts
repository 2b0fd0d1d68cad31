/**
 * The corpus of leaks through `secrets run --redact` and through two other programs that mask: what each lets through and what it
 * does to bytes that are no secret. The table is printed: docs/redaction.md shows it.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import {
  CORPUS_FILE,
  CORPUS_VALUES,
  LET_THROUGH,
  type Leak,
  longestShown,
  readCorpus,
} from '../../pipeline/redaction/corpus/corpus.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { projectSandbox } from '../../support/project-sandbox.ts'
import { runProgram } from '../../support/run-program.ts'
import { secretsProgram } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** Prints every leak between marks, and every byte between brackets. Fails where it has not got the values. */
const CHILD = `const { readFileSync } = require('node:fs')
const values = JSON.parse(readFileSync('values.json', 'utf8'))
for (const name in values) if (process.env[name] !== values[name]) process.exit(9)
const leaks = readFileSync('leaks.jsonl', 'utf8').trim().split('\\n').map((line) => JSON.parse(line).printed)
const parts = leaks.flatMap((leak, at) => [Buffer.from('\\n@@' + at + '@@\\n'), Buffer.from(leak, 'latin1')])
for (let byte = 0; byte < 256; byte += 1) parts.push(Buffer.from('\\n<<' + byte + ':'), Buffer.of(byte), Buffer.from('>>'))
process.stdout.write(Buffer.concat(parts))
`

/** What a program made of the corpus. */
interface Outcome {
  readonly masked: number
  readonly through: readonly string[]
  /** Bytes of the 256 that did not come out as they went in. */
  readonly damaged: number
}

interface Contestant {
  readonly name: string
  readonly run: (context: TestContext) => Promise<Buffer>
}

const CONTESTANTS: readonly Contestant[] = [
  { name: 'secretsrc', run: ours },
  { name: 'dotenvx 2.38.2', run: (context) => theirs('dotenvx', ['run', '--redact', '--'], context) },
  { name: 'varlock 1.20.0', run: (context) => theirs('varlock', ['run', '--'], context) },
]

suite('masking, compared', (test) => {
  const outcomes = new Map<string, Outcome>()

  for (const { name, run } of CONTESTANTS) {
    test(`${name} gets the whole corpus`, async (context) => {
      const outcome = judged((await run(context)).toString('latin1'))
      outcomes.set(name, outcome)
      assert.is(outcome.masked + outcome.through.length, readCorpus().length)
      if (name !== 'secretsrc') return
      assert.equal(outcome.through, [])
      assert.is(outcome.damaged, 0)
    })
  }

  test('the table', ({ skip }) => {
    if (outcomes.size < CONTESTANTS.length) skip('not all programs ran')
    const rows = [...outcomes].map(
      ([name, { masked, through, damaged }]) => `| ${name} | ${masked} | ${through.length} | ${damaged} |`,
    )
    process.stdout.write(`\n${rows.join('\n')}\n`)
    for (const row of rows) assert.ok(DOCUMENT.includes(row), `docs/redaction.md does not have ${row}`)
  })
})

const DOCUMENT = readFileSync(new URL('../../../docs/redaction.md', import.meta.url), 'utf8')

async function ours(context: TestContext): Promise<Buffer> {
  const { folder, env } = await projectSandbox(context, { 'staging/values.json': JSON.stringify(CORPUS_VALUES) })
  const args = ['run', '--redact', 'staging', '--', process.execPath, prepared(folder)]
  return outputOf(process.execPath, [secretsProgram(), ...args], folder, env)
}

/** Both read `.env`. */
async function theirs(program: string, args: readonly string[], context: TestContext): Promise<Buffer> {
  const path = needPeer(program, context)
  const folder = temporaryFolder(context)
  const lines = Object.entries(CORPUS_VALUES).map(([name, value]) => {
    const quote = value.includes("'") ? '`' : "'"
    return `${name}=${quote}${value}${quote}\n`
  })
  writeFileSync(join(folder, '.env'), lines.join(''))
  return outputOf(path, [...args, process.execPath, prepared(folder)], folder, {})
}

/** The child in a folder, with what it reads: its path. */
function prepared(folder: string): string {
  writeFileSync(join(folder, 'values.json'), JSON.stringify(CORPUS_VALUES))
  writeFileSync(join(folder, 'leaks.jsonl'), readFileSync(CORPUS_FILE))
  writeFileSync(join(folder, 'child.cjs'), CHILD)
  return join(folder, 'child.cjs')
}

async function outputOf(
  program: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>>,
): Promise<Buffer> {
  const { status, stdoutBytes, stderr } = await runProgram(program, args, { cwd, env: isolatedEnvironment(cwd, env) })
  assert.is(status, 0, stderr)
  return stdoutBytes
}

function judged(output: string): Outcome {
  const through = readCorpus().filter((leak, at) => isLetThrough(leak, partOf(output, at)))
  const bytes = Array.from({ length: 256 }, (_, byte) => `<<${byte}:${String.fromCharCode(byte)}>>`)
  return {
    masked: readCorpus().length - through.length,
    through: through.map(({ value, form }) => `${value}, ${form}`),
    damaged: bytes.filter((shown) => !output.includes(shown)).length,
  }
}

function isLetThrough(leak: Leak, shown: string): boolean {
  return longestShown(leak, shown) >= LET_THROUGH
}

function partOf(output: string, at: number): string {
  const start = output.indexOf(`@@${at}@@\n`)
  assert.not.equal(start, -1, `leak ${at} is missing`)
  const end = output.indexOf(`\n@@${at + 1}@@`, start)
  return output.slice(start, end === -1 ? output.indexOf('\n<<0:', start) : end)
}
