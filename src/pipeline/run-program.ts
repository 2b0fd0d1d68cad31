import { type ChildProcess, type SpawnOptions, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { SecretsError } from '../core/errors.ts'
import { batchStart, isBatchFile } from './batch-file.ts'

/** A program to be started. */
export interface ProgramStart {
  /** As it was typed: what the program is told that it is called. */
  readonly command: string
  /** Absolute path. */
  readonly path: string
  readonly args: readonly string[]
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>
  readonly cwd: string
  readonly platform: NodeJS.Platform
  /** Whether its output is wanted here, to be changed, and not where that of this process goes. */
  readonly captured?: boolean
}

/** How a program ended: one of the two is there. */
export interface ProgramEnd {
  readonly status: number | undefined
  readonly signal: NodeJS.Signals | undefined
}

/** A program that runs. */
export interface RunningProgram {
  /** Undefined where it did not start. */
  readonly pid: number | undefined
  readonly send: (signal: NodeJS.Signals) => void
  /** Rejects with `COMMAND_NOT_EXECUTABLE`, `LIMIT_EXCEEDED`. */
  readonly ended: Promise<ProgramEnd>
  /** What it prints, where that is `captured`. */
  readonly output?: ProgramOutput
}

/** Standard output and standard error of a program. */
export interface ProgramOutput {
  readonly stdout: Readable
  readonly stderr: Readable
}

/** Starts a program without a shell. Throws `USAGE` for arguments that a batch file cannot be given, and as `ended`. */
export function startProgram(start: ProgramStart): RunningProgram {
  const child = spawned(start)
  const ended = new Promise<ProgramEnd>((resolve, reject) => {
    child.once('error', (error) => reject(startFailure(error, start)))
    child.once('exit', (status, signal) => resolve({ status: status ?? undefined, signal: signal ?? undefined }))
  })
  const { stdout, stderr } = child
  const output = stdout === null || stderr === null ? {} : { output: { stdout, stderr } }
  return { pid: child.pid, send: (signal) => child.kill(signal), ended, ...output }
}

function spawned({ command, path, args, env, cwd, platform, captured }: ProgramStart): ChildProcess {
  const stdio: SpawnOptions['stdio'] = captured === true ? ['inherit', 'pipe', 'pipe'] : 'inherit'
  try {
    if (platform === 'win32' && isBatchFile(path)) {
      const batch = batchStart(path, args, env['ComSpec'] ?? env['COMSPEC'])
      return spawn(batch.program, batch.args, { env, cwd, stdio, windowsVerbatimArguments: true })
    }
    return spawn(path, args, { env, cwd, stdio, argv0: command })
  } catch (error) {
    throw startFailure(error, { command, env, platform })
  }
}

/** Bytes of `NAME=value` with its end that Linux takes (`MAX_ARG_STRLEN`, 32 pages of 4 KiB; execve(2)). */
const MAX_VARIABLE = 131_072

/** The message of the system's error quotes arguments; its code says enough. */
function startFailure(error: unknown, start: Pick<ProgramStart, 'command' | 'env' | 'platform'>): unknown {
  if (error instanceof SecretsError || !(error instanceof Error) || !('code' in error)) return error
  if (error.code === 'E2BIG') return tooMuch(start)
  return new SecretsError('COMMAND_NOT_EXECUTABLE', `${start.command} cannot be started (${String(error.code)})`, {
    hint: HINTS[String(error.code)] ?? 'is it a program for this system?',
  })
}

const HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'if it is a script: the program that its first line names does not exist',
  EACCES: 'if it is a script: the program that its first line names cannot be run',
}

function tooMuch({ env, platform }: Pick<ProgramStart, 'env' | 'platform'>): SecretsError {
  const large = Object.entries(env)
    .filter(([name, value]) => Buffer.byteLength(name) + Buffer.byteLength(value) + 2 > MAX_VARIABLE)
    .map(([name]) => name)
  const [first] = platform === 'linux' ? large : []
  if (first === undefined) {
    return new SecretsError('LIMIT_EXCEEDED', 'the values are more than this system can give to a program', {
      hint: 'choose the entries that you need with --only, or have them handed on as files: --files',
    })
  }
  return new SecretsError('LIMIT_EXCEEDED', `more than a variable can hold on this system: ${large.join(', ')}`, {
    hint: `hand it on as a file: --file ${first}`,
  })
}
