import { rename } from 'node:fs/promises'
import { sep } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { systemCode } from './system-errors.ts'

/** Attempts on Windows, where a virus scanner or an indexer may hold a file open for a moment. */
const ATTEMPTS = 12

/** Renames a file over another one. Throws what the system says, on Windows not before a while. */
export async function renamePatiently(from: string, to: string): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await rename(from, to)
      return
    } catch (error) {
      const passing = sep === '\\' && ['EPERM', 'EBUSY', 'EACCES'].includes(systemCode(error))
      if (!passing || attempt === ATTEMPTS) throw error
      await delay(10 * attempt)
    }
  }
}
