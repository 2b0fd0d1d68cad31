/**
 * What this clone remembers of cleaning and smudging: that a plain content and an encrypted one belong together. Git
 * cleans a file again whenever its time stamps say nothing ("racily clean"); with this it gets its answer without any key, so
 * that who may write but not read can commit a new file, and `git status` opens nothing.
 *
 * Only keyed hashes are kept, over whole files, under a random key of the clone: `docs/decisions/` says what they could tell.
 */
import { createHmac, randomBytes } from 'node:crypto'
import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const FOLDER = 'secretsrc'
const FILE = 'cleaned'

/** Bytes of the key at the beginning of the file, and of each record behind it (a truncated HMAC-SHA-256). */
const KEY_BYTES = 32
const RECORD_BYTES = 16

/** Records that are kept; a file of this size begins anew. */
const MAX_RECORDS = 65_536

/** The pairs that one process knows; loaded when first asked, written by `save`. */
export class CleanMemory {
  readonly #folder: () => Promise<string>
  #loaded: Promise<Loaded> | undefined
  readonly #added: Buffer[] = []

  /** `commonFolder` gives the folder that all work trees of the clone share (`git rev-parse --git-common-dir`). */
  constructor(commonFolder: () => Promise<string>) {
    this.#folder = commonFolder
  }

  /** Whether `encrypted` is known to be what `plain` at `path` was cleaned to, or came from. */
  async knows(path: string, plain: Uint8Array, encrypted: Uint8Array): Promise<boolean> {
    const { key, records } = await this.#load()
    return records.has(recordOf(key, [path, plain, encrypted]).toString('latin1'))
  }

  /** Remembers a pair. */
  async add(path: string, plain: Uint8Array, encrypted: Uint8Array): Promise<void> {
    const { key, records } = await this.#load()
    const record = recordOf(key, [path, plain, encrypted])
    if (records.has(record.toString('latin1'))) return
    records.add(record.toString('latin1'))
    this.#added.push(record)
  }

  /** Writes what was added. Never fails: it is only a memory. */
  async save(): Promise<void> {
    if (this.#loaded === undefined || this.#added.length === 0) return
    const { key, stored } = await this.#loaded
    const added = Buffer.concat(this.#added.splice(0))
    try {
      const folder = join(await this.#folder(), FOLDER)
      const file = join(folder, FILE)
      await mkdir(folder, { recursive: true, mode: 0o700 })
      if (stored > 0 && stored < MAX_RECORDS) await appendFile(file, added)
      else await writeFile(file, Buffer.concat([key, added]), { mode: 0o600 })
    } catch {
      // A repository that cannot be written to; or the folder is being removed.
    }
  }

  async #load(): Promise<Loaded> {
    this.#loaded ??= this.#folder().then(readMemory)
    return this.#loaded
  }
}

/** Makes a clone forget everything. */
export async function forgetCleaned(commonFolder: string): Promise<void> {
  await rm(join(commonFolder, FOLDER), { recursive: true, force: true })
}

interface Loaded {
  readonly key: Uint8Array
  readonly records: Set<string>
  /** How many records the file holds; 0 when it has to be made. */
  readonly stored: number
}

async function readMemory(folder: string): Promise<Loaded> {
  const bytes = await readFile(join(folder, FOLDER, FILE)).catch(() => Buffer.alloc(0))
  if (bytes.length < KEY_BYTES + RECORD_BYTES) return { key: randomBytes(KEY_BYTES), records: new Set(), stored: 0 }
  const records = new Set<string>()
  for (let start = KEY_BYTES; start + RECORD_BYTES <= bytes.length; start += RECORD_BYTES) {
    records.add(bytes.toString('latin1', start, start + RECORD_BYTES))
  }
  return { key: bytes.subarray(0, KEY_BYTES), records, stored: records.size }
}

function recordOf(key: Uint8Array, parts: readonly (string | Uint8Array)[]): Buffer {
  const hmac = createHmac('sha256', key)
  for (const part of parts) {
    const bytes = typeof part === 'string' ? Buffer.from(part, 'utf8') : part
    hmac.update(`${bytes.length}:`).update(bytes)
  }
  return hmac.digest().subarray(0, RECORD_BYTES)
}
