/** Runs git without a shell: for what is asked often, or byte for byte. */
import { spawn } from 'node:child_process'
import { SecretsError } from '../core/errors.ts'

/** Where and with what git runs. `env` is passed on as it is: git's own variables (`GIT_INDEX_FILE`, `GIT_DIR`) count. */
export interface GitOptions {
  /** Absolute. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly input?: string | Uint8Array
}

/** What git did. */
export interface GitResult {
  /** 128 where a signal ended it. */
  readonly status: number
  readonly stdout: Buffer
  readonly stderr: string
}

/** Runs git to its end, whatever its status. Throws `GIT_FAILED` when there is no git. */
export async function tryGit(args: readonly string[], { cwd, env, input }: GitOptions): Promise<GitResult> {
  const child = spawn('git', args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'], windowsHide: true })
  const stdout: Buffer[] = []
  const stderr: Buffer[] = []
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk))
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk))
  // Git may end without reading all that it is given; its status says why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input ?? '')
  const status = await new Promise<number>((resolve, reject) => {
    child.on('error', (error) => reject(noGit(error)))
    child.on('close', (code) => resolve(code ?? 128))
  })
  return { status, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') }
}

/** Runs git and gives its output. Throws `GIT_FAILED` with what git says, line by line, for any status but 0. */
export async function runGit(args: readonly string[], options: GitOptions): Promise<Buffer> {
  const { status, stdout, stderr } = await tryGit(args, options)
  if (status === 0) return stdout
  throw new SecretsError('GIT_FAILED', `git ${args.find((arg) => !arg.startsWith('-')) ?? ''} failed`, {
    details: stderr.split('\n').filter((line) => line.trim() !== ''),
  })
}

/** The parts of output that ends each of them with NUL (`-z`). */
export function nulSeparated(output: Uint8Array): readonly string[] {
  const parts = Buffer.from(output).toString('utf8').split('\0')
  return parts.at(-1) === '' ? parts.slice(0, -1) : parts
}

function noGit(error: Error): SecretsError {
  return new SecretsError('GIT_FAILED', 'git cannot be started', {
    hint: 'install git, and make sure that it is in the PATH',
    cause: error,
  })
}
