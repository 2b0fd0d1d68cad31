import { chmod, copyFile, link, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { Target } from '../file-change.ts'
import { renamePatiently } from '../rename-patiently.ts'
import type { StagedFile } from '../stage-file.ts'
import { systemCode } from '../system-errors.ts'
import { temporaryPath } from '../temporary-files.ts'

/** What stood in the place of a target; `memory`: in clear, and therefore not kept on the disk a second time. */
export type OldContent =
  | { readonly in: 'nowhere' }
  | { readonly in: 'file'; readonly path: string }
  | { readonly in: 'memory'; readonly content: Uint8Array }

/** A staged file and the way back. */
export interface Replacement extends StagedFile {
  readonly old: OldContent
}

/**
 * Keeps what stands in the place of a target, under another name: that is made at once and needs no space. Where the file system
 * has no second names, or `kept` is on another one, a copy.
 */
export async function keepOld({ path, change }: Target, kept: string): Promise<OldContent> {
  try {
    if (change.clear === 'old' || change.clear === 'both') return { in: 'memory', content: await readFile(path) }
    await link(path, kept)
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { in: 'nowhere' }
    await copyFile(path, kept)
  }
  return { in: 'file', path: kept }
}

/** Puts an old content back into its place. */
export async function putBack(path: string, old: OldContent): Promise<void> {
  if (old.in === 'nowhere') return rm(path, { force: true })
  if (old.in === 'file') return moveInto(old.path, path)
  await replace(path, async (beside) => {
    const { mode } = await stat(path)
    await writeFile(beside, old.content, { mode: 0o600, flag: 'wx' })
    await chmod(beside, mode & 0o7777)
  })
}

/** A rename; across file systems, where there is none, a copy that is renamed. */
export async function moveInto(
  source: string,
  path: string,
  move: (from: string, to: string) => Promise<void> = renamePatiently,
): Promise<void> {
  try {
    await move(source, path)
  } catch (error) {
    if (systemCode(error) !== 'EXDEV') throw error
    await replace(path, (beside) => copyFile(source, beside))
    await rm(source, { force: true })
  }
}

async function replace(path: string, make: (beside: string) => Promise<void>): Promise<void> {
  const beside = temporaryPath(path)
  try {
    await make(beside)
    await renamePatiently(beside, path)
  } finally {
    await rm(beside, { force: true })
  }
}
