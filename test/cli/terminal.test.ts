import * as assert from 'uvu/assert'
import { createTerminal, type Terminal, type TerminalOptions } from '../../src/cli/terminal.ts'
import { ClosedPipe } from '../../src/cli/tracked-stream.ts'
import { suite } from '../support/suite.ts'
import { type CapturedEnvironment, captured, type Surroundings } from './in-process.ts'

const ESCAPE = String.fromCodePoint(27)

suite('terminal', (test) => {
  test('prints results to the byte, and only results, on standard output', async () => {
    const { terminal, stdout, stderr } = terminalOf()
    await terminal.result('no line break')
    await terminal.result(new Uint8Array([0x1b, 0x00, 0x0a]))
    terminal.note('noted')
    terminal.warn('odd', 'mend it')
    await terminal.drained()
    assert.is(stdout(), `no line break${ESCAPE}\u0000\n`)
    assert.is(stderr(), 'secrets: noted\nsecrets: warning: odd\nhint: mend it\n')
  })

  test('spells out control characters in everything but results', async () => {
    const { terminal, stdout, stderr } = terminalOf()
    await terminal.line(`name${ESCAPE}[2J\nnext`)
    terminal.note('a\nsecrets: error: faked')
    terminal.warn(`w${ESCAPE}]0;x`, 'h\rx')
    await terminal.drained()
    assert.is(stdout(), 'name\\x1b[2J\nnext\n')
    assert.is(stderr(), 'secrets: a\\nsecrets: error: faked\nsecrets: warning: w\\x1b]0;x\nhint: h\\rx\n')
  })

  test('prints JSON as one document', async () => {
    const { terminal, stdout } = terminalOf()
    await terminal.json({ a: [1] })
    assert.equal(JSON.parse(stdout()), { a: [1] })
    assert.ok(stdout().endsWith('}\n'))
  })

  test('is quiet about notes alone', async () => {
    const { terminal, stderr } = terminalOf({}, { quiet: true })
    terminal.note('noted')
    terminal.warn('odd')
    await terminal.drained()
    assert.is(stderr(), 'secrets: warning: odd\n')
  })

  test('gives warnings as JSON to programs', async () => {
    const { terminal, stderr } = terminalOf({}, { json: true })
    terminal.warn('odd', 'mend it')
    terminal.warn('plain')
    await terminal.drained()
    const lines = stderr().trimEnd().split('\n')
    assert.equal(
      lines.map((line) => JSON.parse(line)),
      [{ warning: { message: 'odd', hint: 'mend it' } }, { warning: { message: 'plain' } }],
    )
  })

  test('colours only where a person looks and wants them', () => {
    const red = `${ESCAPE}[31mx${ESCAPE}[39m`
    assert.is(painted({}), 'x')
    assert.is(painted({ terminals: ['stderr'] }), red)
    assert.is(painted({ terminals: ['stdout'] }), 'x')
    assert.is(painted({ terminals: ['stderr'], env: { TERM: 'dumb' } }), 'x')
    assert.is(painted({ terminals: ['stderr'], env: { NO_COLOR: '1' } }), 'x')
    assert.is(painted({ terminals: ['stderr'], env: { NO_COLOR: '' } }), red)
    assert.is(painted({ terminals: ['stderr'] }, { color: false }), 'x')
    assert.is(painted({ env: { FORCE_COLOR: '1' } }), red)
    assert.is(painted({ env: { FORCE_COLOR: '1' } }, { color: false }), 'x')
    assert.is(painted({ env: { FORCE_COLOR: '1', NO_COLOR: '1' } }), 'x')
    assert.is(painted({ terminals: ['stderr'], env: { FORCE_COLOR: '0' } }), 'x')
  })

  test('keeps its own colours in lines, and nobody else’s', async () => {
    const { terminal, stdout } = terminalOf({ terminals: ['stdout'] })
    await terminal.line(`${terminal.paint('added', '+ a', 'stdout')}${ESCAPE}[8mhidden`)
    assert.is(stdout(), `${ESCAPE}[32m+ a${ESCAPE}[39m\\x1b[8mhidden\n`)
    const plain = terminalOf()
    await plain.terminal.line(`${ESCAPE}[32mx`)
    assert.is(plain.stdout(), '\\x1b[32mx\n')
  })

  test('can be asked at only with a keyboard and a screen', () => {
    assert.is(terminalOf({ terminals: ['stdin', 'stderr'] }).terminal.interactive, true)
    assert.is(terminalOf({ terminals: ['stdin', 'stdout'] }).terminal.interactive, false)
    assert.is(terminalOf({ terminals: ['stderr', 'stdout'] }).terminal.interactive, false)
  })

  test('shows progress after a second, erases it for other lines and at the end', async () => {
    const { terminal, stderr } = terminalOf({ terminals: ['stderr'], env: { NO_COLOR: '1' } })
    const progress = terminal.progress('opening\n', 3)
    progress.advance()
    await pause(700)
    assert.is(stderr(), '')
    await pause(500)
    assert.is(stderr(), `\r${ESCAPE}[Kopening\\n… 1/3`)
    progress.advance(2)
    await pause(200)
    assert.ok(stderr().endsWith(`\r${ESCAPE}[Kopening\\n… 3/3`))
    terminal.note('between')
    await pause(200)
    assert.ok(stderr().includes(`3/3\r${ESCAPE}[Ksecrets: between\n`))
    assert.ok(stderr().endsWith('3/3'))
    progress.end()
    await terminal.drained()
    assert.ok(stderr().endsWith(`\r${ESCAPE}[K`))
    const length = stderr().length
    await pause(200)
    assert.is(stderr().length, length)
  })

  test('shows no progress on the line where somebody is asked', async () => {
    const { terminal, stderr } = terminalOf({ terminals: ['stderr'] })
    const progress = terminal.progress('opening', 3)
    await pause(1200)
    const before = stderr()
    assert.match(before, /opening… 0\/3$/)
    const answer = await terminal.aside(async () => {
      progress.advance()
      await pause(300)
      return 'yes'
    })
    assert.is(answer, 'yes')
    assert.is(stderr(), `${before}\r${ESCAPE}[K`, 'taken away, and not drawn again')
    await pause(300)
    assert.match(stderr(), /opening… 1\/3$/, 'back again')
    progress.end()
    await terminal.drained()
  })

  test('shows no progress where nobody looks', async () => {
    const piped = terminalOf()
    const quiet = terminalOf({ terminals: ['stderr'] }, { quiet: true })
    const dumb = terminalOf({ terminals: ['stderr'], env: { TERM: 'dumb' } })
    const all = [piped, quiet, dumb].map(({ terminal }) => terminal.progress('x', 2))
    await pause(1200)
    for (const progress of all) progress.end()
    assert.equal(
      [piped, quiet, dumb].map(({ stderr }) => stderr()),
      ['', '', ''],
    )
  })

  test('rejects with a type of its own when the reader went away', async () => {
    const { environment } = captured()
    const closed = { ...environment, stdout: failing('EPIPE'), stderr: failing('EPIPE') }
    const terminal = createTerminal(closed, { quiet: false, json: false, color: true })
    terminal.note('nobody hears this')
    const outcome = await terminal.result('x').catch((error: unknown) => error)
    assert.instance(outcome, ClosedPipe)
    await terminal.drained()
  })

  test('rejects with what else went wrong', async () => {
    const { environment } = captured()
    const full = { ...environment, stdout: failing('ENOSPC') }
    const terminal = createTerminal(full, { quiet: false, json: false, color: true })
    const outcome = await terminal.result('x').catch((error: unknown) => error)
    assert.not.instance(outcome, ClosedPipe)
    assert.instance(outcome, Error)
  })
})

function terminalOf(
  surroundings: Surroundings = {},
  options: Partial<TerminalOptions> = {},
): CapturedEnvironment & { readonly terminal: Terminal } {
  const made = captured(surroundings)
  return { ...made, terminal: createTerminal(made.environment, { quiet: false, json: false, color: true, ...options }) }
}

function painted(surroundings: Surroundings, options: Partial<TerminalOptions> = {}): string {
  return terminalOf(surroundings, options).terminal.paint('error', 'x')
}

function failing(code: string): CapturedEnvironment['environment']['stdout'] {
  return {
    write: (_chunk, done) => {
      setTimeout(() => done(Object.assign(new Error(code), { code })), 1)
      return true
    },
    on: () => undefined,
  }
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, milliseconds)
  })
}
