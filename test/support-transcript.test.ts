import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite, type TestContext } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'
import { runTranscript, type TranscriptRun } from './support/transcript.ts'
import { expandWord, parseTranscript } from './support/transcript-text.ts'

async function run(context: TestContext, lines: readonly string[]): Promise<readonly TranscriptRun[]> {
  const file = join(temporaryFolder(context), 'case.txt')
  writeFileSync(file, lines.join('\n'))
  return runTranscript(file, context)
}

async function failure(context: TestContext, lines: readonly string[]): Promise<string> {
  try {
    await run(context, lines)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
  return 'nothing failed'
}

suite('transcript', (test) => {
  test('reads words, quotes, negation, conditions and files', () => {
    const { steps, files } = parseTranscript(
      "# note\n\n[!windows] ! stdout 'it''s  so' b$X\n-- a/b.txt --\none\n\n-- c --\n",
    )
    assert.is(steps.length, 1)
    assert.is(steps[0]?.line, 3)
    assert.is(steps[0]?.negated, true)
    assert.is(steps[0]?.condition, '!windows')
    assert.equal(
      steps[0]?.words.map((word) => expandWord(word, { X: '1' })),
      ['stdout', "it's  so", 'b1'],
    )
    assert.equal(files, { 'a/b.txt': 'one\n\n', c: '' })
  })

  test('refuses an open quote and a variable without a value', () => {
    assert.throws(() => parseTranscript("stdout 'open"), /line 1: a quote is not closed/)
    assert.throws(() => expandWord([{ text: '$NOPE', quoted: false }], {}), /\$NOPE has no value/)
  })

  test('runs programs with files, stdin and captured variables', async (context) => {
    const runs = await run(context, [
      'stdin in.txt',
      "node -e 'process.stdin.pipe(process.stdout)'",
      'cmp stdout in.txt',
      'capture WORD',
      "node -e 'console.log(process.argv[1])' ${WORD}s",
      "stdout '^hellos$'",
      '-- in.txt --',
      'hello',
      '',
    ])
    assert.is(runs.length, 2)
    assert.is(runs[0]?.stdout, 'hello\n')
  })

  test('a failure names the file, the line, the status and both outputs', async (context) => {
    const message = await failure(context, [
      '# one',
      "node -e 'console.log(1); console.error(2); process.exitCode = 3'",
    ])
    assert.match(message, /^case\.txt:2: node .*: status 3\n--- last status 3, stdout\n1\n\n--- stderr\n2\n/)
  })

  test('each expectation can fail, both ways', async (context) => {
    const print = "node -e 'console.log(1)'"
    const wrong = [
      [`! ${print}`],
      [print, 'status 1'],
      [print, "stdout 'x'"],
      [print, '! stdout'],
      [print, 'stderr'],
      [print, "! stdout '1'"],
      [print, 'cmp stdout a', '-- a --', '2', ''],
      ['exists nothing'],
      ['! exists a', '-- a --', ''],
      ["grep 'x' a", '-- a --', 'y', ''],
      ['no-such-command'],
      ['[solaris] exists a'],
      ['# nothing at all'],
    ]
    for (const lines of wrong) {
      assert.match(await failure(context, lines), /^case\.txt:\d+: |case\.txt holds no step$/, lines.join('; '))
    }
  })

  test('nothing personal reaches a program', async (context) => {
    const script = 'console.log(JSON.stringify([process.env.HOME, process.env.NODE_EXTRA_CA_CERTS ?? 0]))'
    const [only] = await run(context, [`node -e '${script}'`])
    assert.match(only?.stdout ?? '', /secretsrc-test-[^"]*home",0\]/)
  })
})
