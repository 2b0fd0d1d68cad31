import { readFile, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Target } from '../file-change.ts'
import type { StagedFile } from '../stage-file.ts'
import { temporaryPath } from '../temporary-files.ts'
import {
  commitJournal,
  isReachable,
  makeFolder,
  noteOwner,
  type OwnFolder,
  removeFolder,
  removeJournal,
  syncFolder,
} from './change-folder.ts'
import type { ChangePlace } from './change-place.ts'
import { type ContentMark, type JournalFile, newPath, oldPath, sealedMark } from './journal.ts'
import { keepOld, type OldContent, type Replacement } from './old-content.ts'

/**
 * Begins a change of several files, or of one in clear: those for which a killed process could leave more behind than an unused
 * ciphertext. `places`: where its journal may be, best first. Undefined for all other changes, and where no place can be
 * written to.
 */
export async function openChange(
  targets: readonly Target[],
  places: readonly ChangePlace[],
): Promise<OpenChange | undefined> {
  if (targets.length < 2 && !targets.some(becomesClear)) return undefined
  for (const place of places) {
    const folder = await makeFolder(place)
    if (folder !== undefined) return new OpenChange(folder)
  }
  return undefined
}

/** A change of this process. */
export class OpenChange {
  readonly #folder: OwnFolder
  /** Whether a killed process would leave it unfinished. */
  #isCommitted = false

  constructor(folder: OwnFolder) {
    this.#folder = folder
  }

  /**
   * Paths for the new contents, in the order of the targets: what is in clear stands in the folder of the change, where git does
   * not see it and the next command finds it; the rest beside its target. They are noted before anything is written there.
   */
  async stagingPaths(targets: readonly Target[]): Promise<readonly string[]> {
    const { folder } = this.#folder
    const inFolder = await Promise.all(
      targets.map(async (target) => becomesClear(target) && isReachable(folder, target.path)),
    )
    const paths = targets.map(({ path }, index) =>
      inFolder[index] === true ? newPath(this.#folder, index) : temporaryPath(path),
    )
    await noteOwner(
      folder,
      paths.filter((_, index) => inFolder[index] !== true),
    )
    return paths
  }

  /** Keeps the old contents and writes the journal: from here on the change is finished, taken back or told of. */
  async commit(files: readonly StagedFile[]): Promise<readonly Replacement[]> {
    const replaced = await Promise.all(
      files.map(async (file, index) => ({ ...file, old: await keepOld(file.target, oldPath(this.#folder, index)) })),
    )
    const noted = await Promise.all(replaced.map((file) => this.#note(file)))
    // A journal that outlives a power cut must find the new contents.
    await Promise.all([...new Set(files.map(({ staged }) => dirname(staged)))].map(syncFolder))
    await commitJournal(this.#folder, { files: noted })
    this.#isCommitted = true
    return replaced
  }

  /** All files are as they are to stay, and on the disk. */
  async done(): Promise<void> {
    if (this.#isCommitted) await removeJournal(this.#folder)
    this.#isCommitted = false
  }

  /** Removes what is left of the change. One that could neither be finished nor taken back stays, to be told of. */
  async close(): Promise<void> {
    this.#folder.stop()
    if (this.#isCommitted) await noteOwner(this.#folder.folder, [], 'nobody')
    else await removeFolder(this.#folder)
  }

  /** Whether the new contents are to stay on the disk. */
  get isLeft(): boolean {
    return this.#isCommitted
  }

  async #note({ target, staged, old }: Replacement): Promise<JournalFile> {
    const after = becomesClear(target) ? await clearMark(staged) : sealedMark(target.change.content)
    return { path: target.path, before: await oldMark(target.path, old), after, staged }
  }
}

function becomesClear({ change }: Target): boolean {
  return change.clear === 'new' || change.clear === 'both'
}

async function oldMark(path: string, old: OldContent): Promise<ContentMark | undefined> {
  if (old.in === 'nowhere') return undefined
  return old.in === 'memory' ? clearMark(path) : sealedMark(await readFile(old.path))
}

/** What a content in clear is known again by. */
export async function clearMark(path: string): Promise<ContentMark> {
  const { size, mtimeMs } = await stat(path)
  return { size, written: Math.floor(mtimeMs) }
}
