/** The process of an age plugin: found by its name, started without a shell, stopped when it is silent. */
import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import type { Readable, Writable } from 'node:stream'
import { SecretsError } from '../../core/errors.ts'
import { type Stanza, writeStanza } from '../age/header.ts'
import { findProgram } from '../find-program.ts'
import type { KeyContext } from '../key-provider.ts'
import { printable } from '../printable.ts'
import { isPluginName } from './plugin-name.ts'
import { StanzaReader } from './stanza-reader.ts'

/** Long enough for a person to find a key and touch it; the time of a question that is open does not count. */
const SILENCE_MS = 120_000
/** How long a plugin may take to end once it is told to. */
const ENDING_MS = 2_000
/** Far more than wrapped file keys and messages take. */
const MAX_OUTPUT_BYTES = 1024 * 1024

/** What to start. */
export interface PluginStart {
  /** The plugin: `yubikey` for the program `age-plugin-yubikey`. */
  readonly plugin: string
  readonly protocol: 'recipient-v1' | 'identity-v1'
  /** Milliseconds of silence after which it is stopped. */
  readonly silenceMs?: number
}

/** A plugin that runs. */
export interface RunningPlugin {
  send(stanza: Stanza): void
  /** Its next stanza. Throws `IDENTITY_INVALID` when it ends, is silent for too long or says what is no stanza. */
  receive(): Promise<Stanza>
  /** Lets it end, and stops it where it does not. */
  close(): Promise<void>
}

type Child = ChildProcessByStdio<Writable, Readable, Readable>

/**
 * Starts `age-plugin-NAME` from an absolute folder of PATH, away from the folder of the user (as age does).
 * Throws `IDENTITY_INVALID` for a name that is none, before anything is run, and for a plugin that is not there.
 */
export async function startPlugin(start: PluginStart, context: KeyContext): Promise<RunningPlugin> {
  const { plugin, protocol } = start
  if (!isPluginName(plugin)) throw new SecretsError('IDENTITY_INVALID', 'an age plugin with a name that is not allowed')
  const path = await findProgram(`age-plugin-${plugin}`, context)
  if (path === undefined) throw pluginFailure(plugin, 'is not installed: no folder of PATH has it')
  try {
    const options = { cwd: tmpdir(), env: { ...context.env }, windowsHide: true }
    const child = spawn(path, [`--age-plugin=${protocol}`], { ...options, stdio: ['pipe', 'pipe', 'pipe'] })
    return new Connection(child, start, context)
  } catch {
    // Some failures are thrown, others are events: a file that is no program, for instance.
    throw pluginFailure(plugin, 'could not be started: it is no program of this system')
  }
}

/** The error about a plugin; `what` never quotes anything that was sent to it. */
export function pluginFailure(plugin: string, what: string): SecretsError {
  return new SecretsError('IDENTITY_INVALID', `age-plugin-${plugin} ${what}`)
}

class Connection implements RunningPlugin {
  readonly #child: Child
  readonly #start: PluginStart
  readonly #context: KeyContext
  readonly #chunks: AsyncIterator<unknown>
  readonly #reader = new StanzaReader()
  readonly #stanzas: Stanza[] = []
  readonly #ended: Promise<void>
  #received = 0
  #complaint = ''
  #failure: SecretsError | undefined

  constructor(child: Child, start: PluginStart, context: KeyContext) {
    this.#child = child
    this.#start = start
    this.#context = context
    this.#chunks = child.stdout[Symbol.asyncIterator]()
    this.#ended = new Promise((resolve) => child.once('close', () => resolve()))
    // It may end without reading all that it is told; that it ended is told by what it says.
    child.stdin.on('error', () => undefined)
    child.stderr.on('data', (chunk: Buffer) => {
      this.#complaint = printable((this.#complaint + chunk.toString('utf8')).slice(-MAX_OUTPUT_BYTES))
    })
    child.on('error', (error: NodeJS.ErrnoException) => this.#stop(`could not be started (${error.code})`))
  }

  send(stanza: Stanza): void {
    this.#child.stdin.write(writeStanza(stanza))
  }

  async receive(): Promise<Stanza> {
    const { silenceMs = SILENCE_MS } = this.#start
    const abort = (): void => this.#stop(new SecretsError('INTERRUPTED', 'interrupted'))
    const timer = setTimeout(() => this.#stop(`was silent for ${Math.ceil(silenceMs / 1000)} s`), silenceMs)
    this.#context.signal?.addEventListener('abort', abort, { once: true })
    if (this.#context.signal?.aborted === true) abort()
    try {
      while (this.#stanzas.length === 0) await this.#readOn()
    } finally {
      clearTimeout(timer)
      this.#context.signal?.removeEventListener('abort', abort)
    }
    const stanza = this.#stanzas.shift()
    if (stanza === undefined) throw this.#error('said nothing')
    return stanza
  }

  async close(): Promise<void> {
    this.#child.stdin.end()
    this.#child.stdout.destroy()
    const timer = setTimeout(() => this.#child.kill('SIGKILL'), ENDING_MS)
    await this.#ended
    clearTimeout(timer)
  }

  async #readOn(): Promise<void> {
    const { done, value } = await this.#chunks.next()
    if (done === true || !(value instanceof Uint8Array)) {
      await this.#ended
      throw this.#failure ?? this.#error(`ended ${ending(this.#child)} before it was done`)
    }
    this.#received += value.length
    if (this.#received > MAX_OUTPUT_BYTES) throw this.#error('says far more than a plugin has to')
    try {
      this.#stanzas.push(...this.#reader.push(value))
    } catch {
      throw this.#error('does not speak the protocol of age plugins')
    }
  }

  #error(what: string): SecretsError {
    return pluginFailure(this.#start.plugin, this.#complaint === '' ? what : `${what}: ${this.#complaint}`)
  }

  #stop(why: string | SecretsError): void {
    this.#failure ??= typeof why === 'string' ? pluginFailure(this.#start.plugin, why) : why
    this.#child.kill('SIGKILL')
  }
}

function ending({ exitCode, signalCode }: Child): string {
  return signalCode === null ? `with status ${exitCode}` : `by ${signalCode}`
}
