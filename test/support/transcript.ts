/**
 * Runs transcripts: text files of commands, of what is expected of them, and of the files they work on, in the manner
 * of Go's testscript. Each runs in a fresh folder with a home folder and a git of its own.
 *
 *   secrets ARGS…, git ARGS…, node ARGS…   runs it; the status must be 0, with `!` in front it must not
 *   status N                               the status of the last program
 *   stdout 'REGEX', stderr 'REGEX'         its output matches; without a pattern: there is any; `!` negates both
 *   cmp A B, grep 'REGEX' FILE             same bytes, a line that matches; `stdout` and `stderr` stand for files
 *   exists FILE…                           is there
 *   stdin FILE                             what the next program reads
 *   env NAME=VALUE, unset NAME             for all that follows; `$NAME` outside of quotes is replaced
 *   capture NAME                           the last output, trimmed, as a variable
 *   cd, cp, mv, mkdir, rm, chmod           as in a shell, without options
 *   [windows] LINE, [!windows] LINE        only there
 */
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { writeBelow } from './git-sandbox.ts'
import { isolatedEnvironment, pathWith } from './isolated-environment.ts'
import { runSecretsHere } from './run-here.ts'
import { type ProgramResult, runProgram } from './run-program.ts'
import { secretsProgram } from './run-secrets.ts'
import type { TestContext } from './suite.ts'
import { temporaryFolder } from './temporary-folder.ts'
import { checks, type TranscriptState } from './transcript-checks.ts'
import { expandWord, parseTranscript, type TranscriptStep } from './transcript-text.ts'

/** One program that a transcript ran. */
export interface TranscriptRun extends ProgramResult {
  readonly line: number
  readonly words: readonly string[]
}

/** Runs the transcript in `file` and gives what its programs printed. Throws at the first line that is not so. */
export async function runTranscript(
  file: string,
  context: Pick<TestContext, 'onCleanup'>,
): Promise<readonly TranscriptRun[]> {
  const transcript = parseTranscript(readFileSync(file, 'utf8'))
  if (transcript.steps.length === 0) throw new Error(`${file} holds no step`)
  const state = prepare(temporaryFolder(context))
  for (const [path, content] of Object.entries(transcript.files)) writeBelow(state.folder, path, content)
  const runs: TranscriptRun[] = []
  for (const step of transcript.steps) {
    try {
      await runStep(step, state, runs)
    } catch (error) {
      throw new Error(report(basename(file), step, state, error instanceof Error ? error.message : String(error)))
    }
  }
  return runs
}

function prepare(parent: string): TranscriptState {
  const [folder, home, programs] = [join(parent, 'work'), join(parent, 'home'), join(parent, 'bin')]
  for (const each of [folder, home, programs]) mkdirSync(each)
  writeLauncher(programs)
  const env = isolatedEnvironment(home, { PATH: pathWith(programs), WORK: folder })
  return { folder, env, stdin: '', last: { status: 0, stdout: '', stderr: '', stdoutBytes: Buffer.alloc(0) } }
}

// What git and `run` start finds `secrets` in PATH, as on a machine where it is installed.
function writeLauncher(folder: string): void {
  const command = `"${process.execPath}" "${secretsProgram()}"`
  writeFileSync(join(folder, 'secrets'), `#!/bin/sh\nexec ${command.replaceAll('\\', '/')} "$@"\n`)
  chmodSync(join(folder, 'secrets'), 0o755)
  if (process.platform === 'win32') writeFileSync(join(folder, 'secrets.cmd'), `@${command} %*\r\n`)
}

async function runStep(step: TranscriptStep, state: TranscriptState, runs: TranscriptRun[]): Promise<void> {
  if (!applies(step.condition)) return
  const words = step.words.map((word) => expandWord(word, state.env))
  const [name = '', ...args] = words
  const check = checks[name]
  if (check !== undefined) {
    const outcome = check(state, args)
    if (outcome === step.negated) throw new Error(step.negated ? 'it is so' : 'it is not so')
    return
  }
  state.last = await runNamed(name, args, state)
  runs.push({ ...state.last, line: step.line, words })
  if ((state.last.status !== 0) !== step.negated) throw new Error(`status ${state.last.status}`)
}

async function runNamed(name: string, args: readonly string[], state: TranscriptState): Promise<ProgramResult> {
  const options = { cwd: state.folder, env: state.env, stdin: state.stdin }
  state.stdin = ''
  if (name === 'secrets') return runSecretsHere(args, options)
  if (name === 'git') return runProgram('git', args, options)
  if (name === 'node') return runProgram(process.execPath, args, options)
  throw new Error(`there is no command ${name} in transcripts`)
}

function applies(condition: string | undefined): boolean {
  if (condition === undefined) return true
  const windows = process.platform === 'win32'
  if (condition === 'windows') return windows
  if (condition === '!windows') return !windows
  throw new Error(`there is no condition [${condition}]`)
}

function report(file: string, step: TranscriptStep, state: TranscriptState, problem: string): string {
  const { status, stdout, stderr } = state.last
  return [
    `${file}:${step.line}: ${step.source}: ${problem}`,
    `--- last status ${status}, stdout`,
    stdout,
    '--- stderr',
    stderr,
  ].join('\n')
}
