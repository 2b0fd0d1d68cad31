import { readFile } from 'node:fs/promises'
import { createPrivateFolder, type PrivateFolderSurroundings } from '../private-folder.ts'

/** A plain text on the disk that only its owner can read, as long as it exists. */
export interface PrivateFile {
  /** Absolute. */
  readonly path: string
  readonly read: () => Promise<Uint8Array>
  /** Removes the file, its folder and whatever an editor left there. */
  readonly remove: () => Promise<void>
}

/**
 * Makes a file called `name` with `content`, 0600, alone in a new private folder. It is removed by `remove`, and at the latest when
 * the process ends. Throws `WRITE_FAILED`.
 */
export async function createPrivateFile(
  name: string,
  content: Uint8Array,
  surroundings: PrivateFolderSurroundings,
): Promise<PrivateFile> {
  const folder = await createPrivateFolder('edit', surroundings)
  try {
    const path = await folder.write(name, content)
    return { path, read: () => readFile(path), remove: folder.remove }
  } catch (error) {
    await folder.remove()
    throw error
  }
}
