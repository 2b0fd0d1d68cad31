/** Records that a sink could not take, kept on the disk until it can. */
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { withFolderLocks } from '../project/folder-lock.ts'
import { systemCode } from '../project/system-errors.ts'
import { temporaryPath } from '../project/temporary-files.ts'
import type { AuditRecord } from './audit-record.ts'
import { parsedJson } from './chain/chain-line.ts'
import { memberAt } from './member-at.ts'

/** Bytes of a spool: weeks of openings. What is more is refused, so that a sink that is gone for ever fills no disk. */
const MAX_BYTES = 16 * 1024 * 1024

/** The spool of one sink. */
export class Spool {
  readonly #path: string
  readonly #limit: number

  /** `path` is absolute; its folder is made when it is needed. */
  constructor(path: string, limit: number = MAX_BYTES) {
    this.#path = path
    this.#limit = limit
  }

  /** Keeps records behind those that are kept already; false where there is no room for them. Throws the system's errors. */
  async keep(records: readonly AuditRecord[]): Promise<boolean> {
    const text = records.map((record) => `${JSON.stringify(record)}\n`).join('')
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 })
    return this.#locked(async () => {
      const handle = await open(this.#path, 'a+', 0o600)
      try {
        const { size } = await handle.stat()
        if (size + Buffer.byteLength(text) > this.#limit) return false
        await handle.chmod(0o600)
        await handle.appendFile((await endsWithBreak(handle, size)) ? text : `\n${text}`)
        await handle.datasync()
        return true
      } finally {
        await handle.close()
      }
    })
  }

  /** Whether anything is kept. */
  async isEmpty(): Promise<boolean> {
    return stat(this.#path).then(
      ({ size }) => size === 0,
      () => true,
    )
  }

  /**
   * Gives all that is kept to `send`, in parts of `count`, and forgets each part that it takes. Throws what `send` throws; the rest
   * stays. A process that is killed in between leaves the part to be sent twice: records have an identity for that.
   */
  async flush(count: number, send: (records: readonly AuditRecord[]) => Promise<void>): Promise<void> {
    for (;;) {
      const lines = await this.#firstLines(count)
      if (lines.length === 0) return
      const records = lines.map(parsedJson).filter(isRecord)
      if (records.length > 0) await send(records)
      await this.#forget(lines)
    }
  }

  async #firstLines(count: number): Promise<readonly string[]> {
    const text = await readFile(this.#path, 'utf8').catch((error: unknown) => {
      if (systemCode(error) === 'ENOENT') return ''
      throw error
    })
    const lines = text.split('\n')
    return (lines.at(-1) === '' ? lines.slice(0, -1) : lines).slice(0, count)
  }

  /** Unless another process did. */
  async #forget(lines: readonly string[]): Promise<void> {
    await this.#locked(async () => {
      const text = await readFile(this.#path, 'utf8').catch(() => '')
      const sent = lines.map((line) => `${line}\n`).join('')
      if (!`${text}\n`.startsWith(sent)) return
      const rest = text.slice(sent.length)
      if (rest === '') return rm(this.#path, { force: true })
      const beside = temporaryPath(this.#path)
      await writeFile(beside, rest, { mode: 0o600, flag: 'wx' })
      await rename(beside, this.#path)
    })
  }

  #locked<Result>(action: () => Promise<Result>): Promise<Result> {
    return withFolderLocks([dirname(this.#path)], action)
  }
}

/**
 * Whether it has what sinks rely on: a line that a crash cut off, or that somebody changed, must not keep the others from being sent. The
 * rest of its form is ours, as nobody else writes this file.
 */
function isRecord(value: unknown): value is AuditRecord {
  const texts = [['id'], ['time'], ['event'], ['opening'], ['who', 'user'], ['who', 'host'], ['why', 'command']]
  return texts.every((path) => typeof memberAt(value, path) === 'string') && isList(memberAt(value, ['what', 'files']))
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.every((element) => typeof element === 'string')
}

/** Unless somebody was killed while writing. */
async function endsWithBreak(handle: FileHandle, size: number): Promise<boolean> {
  if (size === 0) return true
  const { buffer } = await handle.read(Buffer.alloc(1), 0, 1, size - 1)
  return buffer[0] === 0x0a
}
