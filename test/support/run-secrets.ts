import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isolatedEnvironment } from './isolated-environment.ts'
import { type ProgramResult, runProgram } from './run-program.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
let built = process.env['SECRETS_TEST_BUILT'] === '1'

/** Where and with what `secrets` runs. */
export interface SecretsOptions {
  readonly cwd: string
  /** Added to an environment without anything personal; the home folder is `cwd`/.home unless HOME is given. */
  readonly env?: Readonly<Record<string, string | undefined>>
  readonly stdin?: string | Uint8Array
  /** Milliseconds after which it is killed (default 60,000). */
  readonly timeout?: number
}

/** Runs the built command line to its end. Never throws for a status other than 0. */
export async function runSecrets(args: readonly string[], options: SecretsOptions): Promise<ProgramResult> {
  const home = options.env?.['HOME'] ?? join(options.cwd, '.home')
  return runProgram(process.execPath, [secretsProgram(), ...args], {
    cwd: options.cwd,
    env: isolatedEnvironment(home, options.env),
    ...(options.stdin === undefined ? {} : { stdin: options.stdin }),
    ...(options.timeout === undefined ? {} : { timeout: options.timeout }),
  })
}

/** The path of `bin/secrets.js`, whose bundle is built first when it is older than the sources. `SECRETS_BIN` overrides it. */
export function secretsProgram(): string {
  const chosen = process.env['SECRETS_BIN']
  if (chosen !== undefined && chosen !== '') return chosen
  if (!built) build()
  built = true
  return join(root, 'bin', 'secrets.js')
}

function build(): void {
  const script = join(root, 'scripts', 'build.js')
  const result = spawnSync(process.execPath, [script, '--if-stale', '--cli'], { encoding: 'utf8' })
  if (result.status !== 0) throw new Error(`the command line cannot be built:\n${result.stdout}${result.stderr}`)
}
