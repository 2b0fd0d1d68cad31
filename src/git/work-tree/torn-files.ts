/** Files that somebody was writing in clear when the machine, or the process, went down. */
import { lstatSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Filters } from '../filter-protocol.ts'
import { GitObjects } from '../git-objects.ts'
import { storedIds } from '../interrupted-checkout.ts'
import type { GitOptions } from '../run-git.ts'
import { rewriteFile } from './rewrite-file.ts'

/**
 * Makes of each noted file that was written in part what git has of it; `cwd` is the top of the work tree. Only of one that is the beginning of its content in
 * clear and the end of its encrypted form, to the byte: nothing in it is anybody's change.
 */
export async function mendTornFiles(noted: readonly string[], filters: Filters, git: GitOptions): Promise<void> {
  const ids = await storedIds(git)
  const objects = new GitObjects(git)
  try {
    for (const path of noted) {
      const absolute = join(git.cwd, path)
      const stats = lstatSync(absolute, { bigint: true, throwIfNoEntry: false })
      const encrypted = stats?.isFile() === true ? await objects.readFirst([ids.get(path) ?? '']) : undefined
      if (stats === undefined || encrypted?.length !== Number(stats.size)) continue
      const content = readFileSync(absolute)
      const plain = await filters.smudge({ path, content: encrypted, treeish: undefined })
      if (isTorn(content, plain, encrypted)) rewriteFile(absolute, { content, stats }, encrypted)
    }
  } finally {
    objects.close()
  }
}

/** Whether a content is the beginning of `plain` and then the rest of `encrypted`, and not just one of them. */
export function isTorn(content: Uint8Array, plain: Uint8Array, encrypted: Uint8Array): boolean {
  if (content.length !== encrypted.length || Buffer.compare(content, encrypted) === 0) return false
  const differs = content.findIndex((byte, index) => byte !== plain[index])
  return differs !== -1 && Buffer.compare(content.subarray(differs), encrypted.subarray(differs)) === 0
}
