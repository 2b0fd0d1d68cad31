import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FilterJob, FilterOutcome, OpenedElsewhere } from '../git/ahead/shared-work.ts'
import { createContext } from './create-context.ts'
import type { Environment, OutputStream } from './environment.ts'
import { fileKeyring } from './file-keyring.ts'
import type { FilterPurpose } from './filter-workers.ts'
import { GitFilter } from './git-filter.ts'
import { createTerminal } from './terminal.ts'

/** Larger files are left to the thread that git talks to: one that is guessed in vain would cost too much. */
const MAX_GUESSED_BYTES = 1024 * 1024

/**
 * A filter for guesses: it says nothing, asks nobody and runs no program but git. Where it would have to, it gives no
 * result, and the filter that git talks to does the file.
 */
export class QuietFilter {
  readonly #filter: GitFilter
  readonly #top: string
  #said = false
  #opened: OpenedElsewhere[] = []

  constructor(environment: Environment, { top, command }: FilterPurpose) {
    const silent = this.#silent(environment, top)
    const terminal = createTerminal(silent, { quiet: false, json: false, color: false })
    const common = { json: false, quiet: false, config: undefined }
    const unit = { relay: (opening: OpenedElsewhere) => this.#opened.push(opening) }
    const { context } = createContext(silent, terminal, common, { command, unit })
    this.#top = top
    const quietly = { ...context, keyring: () => fileKeyring(context.keyContext) }
    this.#filter = new GitFilter(quietly, { remembers: false })
  }

  /** Never rejects. */
  async outcomeOf(job: FilterJob): Promise<FilterOutcome> {
    const outcome = await this.#outcomeOf(job)
    const opened = this.#opened
    this.#opened = []
    return opened.length === 0 ? outcome : { ...outcome, opened }
  }

  async #outcomeOf({ id, command, path, content, treeish }: FilterJob): Promise<FilterOutcome> {
    this.#said = false
    let read: Uint8Array = new Uint8Array(0)
    try {
      read = content ?? readGuessed(join(this.#top, path))
      const result = await this.#filter[command]({ path, content: asBuffer(read), treeish })
      // What stays as it is may be for a reason that somebody should hear.
      const sure = this.#isSilent() && Buffer.compare(result, read) !== 0
      return { id, content: read, result: sure ? result : undefined }
    } catch {
      return { id, content: read, result: undefined }
    }
  }

  /** Has git look ahead for what these jobs will ask of it; each of them is done, or given up. */
  prepare(jobs: readonly FilterJob[]): void {
    this.#filter.prepare(jobs.flatMap(({ command, path }) => (command === 'clean' ? [path] : [])))
  }

  /** This job is done, here or by another thread. */
  giveUp({ path }: FilterJob): void {
    this.#filter.giveUp(path)
  }

  #isSilent(): boolean {
    return !this.#said
  }

  /** Ends its git; nothing that it learned is kept. */
  close(): void {
    this.#filter.forget()
  }

  #silent(environment: Environment, cwd: string): Environment {
    const silence: OutputStream = {
      write: (_chunk, done) => {
        this.#said = true
        done()
        return true
      },
      on: () => undefined,
    }
    const { env, home, platform, signals, now, systemSettings } = environment
    return {
      ...(systemSettings === undefined ? {} : { systemSettings }),
      cwd,
      env,
      home,
      platform,
      signals,
      now,
      stdout: silence,
      stderr: silence,
      // Opening it would make the pipe from git one that cannot be waited for.
      get stdin() {
        return environment.stdin
      },
      isTerminal: () => false,
    }
  }
}

/** With the whole thread: a small file is read before another thread would be awake to read it. */
function readGuessed(path: string): Buffer {
  const found = lstatSync(path)
  if (!found.isFile() || found.size > MAX_GUESSED_BYTES) throw new Error('not to be guessed')
  return readFileSync(path)
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
