import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { Readable, Writable } from 'node:stream'
import type { Environment } from '../../src/cli/environment.ts'
import type { main } from '../../src/cli/main.ts'
import { type ProgramOptions, type ProgramResult, runProgram } from './run-program.ts'
import { secretsProgram } from './run-secrets.ts'

/**
 * Commands that do the same in this process as in one of their own: they start nothing that shares their streams, and put
 * their own path nowhere. A process costs ten times what they do.
 */
const HERE: ReadonlySet<string> = new Set(
  [
    'access blame check compare decrypt diff encrypt export exposure get grant hook keygen log recipients',
    'recover revoke rotate scan set status sync unset',
  ].flatMap((line) => line.split(' ')),
)

const load = createRequire(import.meta.url)

/**
 * Runs the built command line as `runProgram` would, in this process where the command allows it. `SECRETS_BIN` and
 * `SECRETS_TEST_PROCESSES=1` have every command run in a process of its own.
 */
export async function runSecretsHere(args: readonly string[], options: ProgramOptions): Promise<ProgramResult> {
  if (!runsHere(args[0] ?? '')) return runProgram(process.execPath, [secretsProgram(), ...args], options)
  const bundle = join(dirname(secretsProgram()), '..', 'dist', 'cli', 'main.js')
  // What the build made of this very file.
  const built = load(bundle) as { readonly main: typeof main }
  const [stdout, stderr] = [new Collected(), new Collected()]
  const status = await built.main(args, surroundings(options, { stdout, stderr }))
  return { status, stdout: stdout.text(), stderr: stderr.text(), stdoutBytes: stdout.bytes() }
}

function runsHere(name: string): boolean {
  const wanted = (process.env['SECRETS_TEST_PROCESSES'] ?? process.env['SECRETS_BIN'] ?? '') === ''
  return wanted && HERE.has(name)
}

function surroundings(
  { cwd, env, stdin = '' }: ProgramOptions,
  streams: Pick<Environment, 'stdout' | 'stderr'>,
): Environment {
  return {
    env,
    cwd,
    home: env['HOME'] ?? cwd,
    platform: process.platform,
    stdin: Readable.from(stdin.length === 0 ? [] : [Buffer.from(stdin)]),
    ...streams,
    isTerminal: () => false,
    signals: {
      signal: new AbortController().signal,
      caught: () => undefined,
      takeOver: () => () => undefined,
    },
    now: () => new Date(),
  }
}

/** Takes what is written as a pipe does: later, so that whoever does not wait loses it. */
class Collected extends Writable {
  readonly #chunks: Buffer[] = []

  override _write(chunk: Buffer, _encoding: string, done: () => void): void {
    setImmediate(() => {
      this.#chunks.push(chunk)
      done()
    })
  }

  bytes(): Buffer {
    return Buffer.concat(this.#chunks)
  }

  text(): string {
    return this.bytes().toString('utf8')
  }
}
