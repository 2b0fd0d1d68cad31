/** Runs gpg without a shell and without questions on the terminal; its agent asks by itself where it can. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import type { Readable, Writable } from 'node:stream'
import { SecretsError } from '../../core/errors.ts'
import { findProgram } from '../find-program.ts'
import type { KeyContext } from '../key-provider.ts'

/** Long enough for a person to find a card and type its PIN. */
const TIMEOUT_MS = 120_000
/** More than a message or a data key takes, with all that gpg says. */
const MAX_OUTPUT_BYTES = 1024 * 1024

/** One run. */
export interface GpgCall {
  readonly args: readonly string[]
  readonly input: Uint8Array
  readonly timeoutMs?: number
}

/** What came of it. */
export interface GpgResult {
  /** Null where it was stopped: it took too long or said too much. */
  readonly status: number | null
  readonly output: Uint8Array
  /** The lines of `--status-fd` (doc/DETAILS of GnuPG), without their prefix. */
  readonly statusLines: readonly string[]
  /** What it says for people. */
  readonly remarks: readonly string[]
}

/**
 * Runs the program that `SECRETS_GPG_EXEC` or `SOPS_GPG_EXEC` names, else `gpg` of PATH. Undefined where there is none.
 * Throws `INTERRUPTED`.
 */
export async function runGpg(call: GpgCall, context: KeyContext): Promise<GpgResult | undefined> {
  const program = await gpgProgram(context)
  if (program === undefined) return undefined
  try {
    const timeout = AbortSignal.timeout(call.timeoutMs ?? TIMEOUT_MS)
    const child = spawn(program, ['--batch', '--no-tty', '--status-fd', '2', ...call.args], {
      env: { ...context.env },
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
      killSignal: 'SIGKILL',
      signal: context.signal === undefined ? timeout : AbortSignal.any([context.signal, timeout]),
    })
    return await resultOf(child, call, context)
  } catch (error) {
    if (context.signal?.aborted === true) throw new SecretsError('INTERRUPTED', 'interrupted')
    if (error instanceof Error && error.name === 'AbortError') return stopped
    return undefined
  }
}

const stopped: GpgResult = { status: null, output: new Uint8Array(0), statusLines: [], remarks: [] }

function gpgProgram(context: KeyContext): Promise<string | undefined> {
  const named = context.env['SECRETS_GPG_EXEC'] || context.env['SOPS_GPG_EXEC'] || 'gpg'
  return /[/\\]/.test(named) ? Promise.resolve(named) : findProgram(named, context)
}

function resultOf(
  child: ChildProcessByStdio<Writable, Readable, Readable>,
  { input }: GpgCall,
  { signal }: KeyContext,
): Promise<GpgResult> {
  const output: Buffer[] = []
  const remarks: Buffer[] = []
  let size = 0
  const collect = (chunks: Buffer[]) => (chunk: Buffer) => {
    size += chunk.length
    if (size > MAX_OUTPUT_BYTES) child.kill('SIGKILL')
    else chunks.push(chunk)
  }
  child.stdout.on('data', collect(output))
  child.stderr.on('data', collect(remarks))
  // It may end without reading its input, and says why.
  child.stdin.on('error', () => undefined)
  child.stdin.end(input)
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (status) => {
      if (signal?.aborted !== true) resolve({ status, output: Buffer.concat(output), ...said(Buffer.concat(remarks)) })
    })
  })
}

const STATUS = '[GNUPG:] '

function said(stderr: Buffer): Pick<GpgResult, 'statusLines' | 'remarks'> {
  const lines = stderr.toString('utf8').split(/\r?\n/)
  return {
    statusLines: lines.filter((line) => line.startsWith(STATUS)).map((line) => line.slice(STATUS.length)),
    remarks: lines.filter((line) => line !== '' && !line.startsWith(STATUS)),
  }
}
