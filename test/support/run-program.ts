import { spawn } from 'node:child_process'

/** What a process did. `status` is 128 + the signal's number where a signal ended it, as shells count. */
export interface ProgramResult {
  readonly status: number
  readonly stdout: string
  readonly stderr: string
  /** `stdout` before it was read as UTF-8. */
  readonly stdoutBytes: Buffer
}

/** How a process is started. */
export interface ProgramOptions {
  readonly cwd: string
  /** The whole environment; nothing is inherited. */
  readonly env: Readonly<Record<string, string>>
  readonly stdin?: string | Uint8Array
  /** Milliseconds after which the process is killed (default 60,000). */
  readonly timeout?: number
}

const SIGNAL_NUMBERS: Readonly<Record<string, number>> = { SIGHUP: 1, SIGINT: 2, SIGKILL: 9, SIGPIPE: 13, SIGTERM: 15 }

/** Runs a program without a shell to its end. Rejects when it cannot be started. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeout ?? 60_000,
    killSignal: 'SIGKILL',
  })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // A program may end without reading what it is given.
  child.stdin.on('error', () => undefined)
  child.stdin.end(options.stdin ?? '')
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => resolve(code ?? 128 + (SIGNAL_NUMBERS[signal ?? ''] ?? 0)))
  })
  const stdoutBytes = Buffer.concat(stdout)
  return { status, stdout: stdoutBytes.toString('utf8'), stderr: Buffer.concat(stderr).toString('utf8'), stdoutBytes }
}
