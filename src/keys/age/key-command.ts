/** Commands that print identities: `SECRETS_AGE_KEY_CMD`, `SOPS_AGE_KEY_CMD`. Run without a shell, as sops does. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable } from 'node:stream'
import { SecretsError } from '../../core/errors.ts'
import type { KeyContext } from '../key-provider.ts'

/** Long enough for a person to touch a key or to type a PIN. */
const TIMEOUT_MS = 60_000
/** Far more than a key file has; age's own limit is 16 MiB. */
const MAX_OUTPUT_BYTES = 1024 * 1024
/** What is kept of what the command says of its failure. */
const MAX_COMPLAINT = 300

/** What to run. */
export interface KeyCommand {
  readonly line: string
  /** Passed on in `SECRETS_AGE_RECIPIENT` and `SOPS_AGE_RECIPIENT`; '' when no particular one is wanted. */
  readonly recipient: string
  readonly timeoutMs?: number
}

/**
 * The output of a command. Its stderr goes to `context.notify` line by line, and its last line into the error.
 * Throws `IDENTITY_INVALID` when it cannot be started, fails, says too much or takes too long; never quotes its stdout.
 */
export async function runKeyCommand(command: KeyCommand, context: KeyContext): Promise<Uint8Array> {
  const [file, ...args] = splitCommand(command.line, context.platform)
  if (file === undefined) throw failure('is an empty command')
  const child = spawn(file, args, {
    env: { ...context.env, SECRETS_AGE_RECIPIENT: command.recipient, SOPS_AGE_RECIPIENT: command.recipient },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
    killSignal: 'SIGKILL',
    signal: endOf(command, context),
  })
  return collect(child, context)
}

/** Not spawn's own `timeout`: its timer keeps Node waiting where the program could not be started. */
function endOf({ timeoutMs = TIMEOUT_MS }: KeyCommand, { signal }: KeyContext): AbortSignal {
  const timeout = AbortSignal.timeout(timeoutMs)
  return signal === undefined ? timeout : AbortSignal.any([signal, timeout])
}

/**
 * Words of a command line: blanks separate, quotes and backslashes protect as in a POSIX shell, nothing is expanded.
 * On Windows a backslash is itself, since paths are full of them. Throws `IDENTITY_INVALID` for a quote left open.
 */
export function splitCommand(line: string, platform: NodeJS.Platform): string[] {
  const parts = platform === 'win32' ? WINDOWS_PARTS : POSIX_PARTS
  const words: string[] = []
  let word: string | undefined
  for (const { groups = {} } of line.matchAll(parts)) {
    const { blank, double, single, escaped, plain } = groups
    if (blank === undefined) {
      if (plain === '"' || plain === "'") throw failure('has a quote that is not closed')
      // In double quotes a backslash protects only what would be special there (POSIX shell, 2.2.3).
      word = (word ?? '') + (double?.replace(/\\(["\\$`])/g, '$1') ?? single ?? escaped ?? plain ?? '')
    } else if (word !== undefined) {
      words.push(word)
      word = undefined
    }
  }
  return word === undefined ? words : [...words, word]
}

const POSIX_PARTS = /(?<blank>\s+)|"(?<double>(?:\\[^]|[^"\\])*)"|'(?<single>[^']*)'|\\(?<escaped>[^])|(?<plain>[^])/g
/** Without the escape; a quoted word keeps its backslashes. */
const WINDOWS_PARTS = /(?<blank>\s+)|"(?<single>[^"]*)"|(?<plain>[^])/g

function collect(child: ChildProcessByStdio<null, Readable, Readable>, context: KeyContext): Promise<Uint8Array> {
  const chunks: Buffer[] = []
  let size = 0
  let complaint = ''
  child.stdout.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL')
    else chunks.push(chunk)
  })
  child.stderr.on('data', (chunk: Buffer) => {
    const lines = printable(chunk.toString('utf8'))
    complaint = lines.at(-1)?.slice(0, MAX_COMPLAINT) ?? complaint
    for (const line of lines) context.notify?.(line)
  })
  return new Promise((resolve, reject) => {
    child.on('error', (error: NodeJS.ErrnoException) => reject(startFailure(error, context)))
    child.on('close', (status) => {
      if (status === 0) resolve(Buffer.concat(chunks))
      else if (size > MAX_OUTPUT_BYTES) reject(failure('printed far more than a key file'))
      else reject(failure(`${ending(status)}${complaint === '' ? '' : `: ${complaint}`}`))
    })
  })
}

function ending(status: number | null): string {
  return status === null ? 'was killed' : `ended with status ${status}`
}

function startFailure(error: NodeJS.ErrnoException, { signal }: KeyContext): SecretsError {
  if (signal?.aborted === true) return new SecretsError('INTERRUPTED', 'interrupted')
  if (error.name === 'AbortError') return failure('took too long and was stopped')
  return failure(
    error.code === 'ENOENT' ? 'names a program that was not found' : `could not be started (${error.code})`,
  )
}

/** Lines without what a terminal would act on. */
function printable(text: string): string[] {
  const lines = text.split(/[\r\n]+/).map((line) => line.replace(/\p{Cc}/gu, '').trim())
  return lines.filter((line) => line !== '')
}

function failure(what: string): SecretsError {
  return new SecretsError('IDENTITY_INVALID', what)
}
