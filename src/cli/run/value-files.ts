import { basename } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import type { ChosenEntry } from '../../pipeline/choice/choice.ts'
import { valueText } from '../../pipeline/choice/value-text.ts'
import { createPrivateFolder, type PrivateFolder, type PrivateFolderSurroundings } from '../private-folder.ts'

/** Values as private files, by the names of their variables. */
export interface ValueFiles {
  readonly paths: ReadonlyMap<string, string>
  /** Removes all of them. */
  readonly remove: () => Promise<void>
}

/**
 * Writes those entries that are to be files into one private folder, each called as its variable, binary files as they are called
 * themselves. They exist until `remove`, and not longer than this process, unless it is killed. Throws `WRITE_FAILED`.
 */
export async function writeValueFiles(
  entries: readonly ChosenEntry[],
  surroundings: PrivateFolderSurroundings,
): Promise<ValueFiles> {
  const wanted = entries.filter(({ asFile }) => asFile)
  if (wanted.length === 0) return { paths: new Map(), remove: () => Promise.resolve() }
  const folder = await createPrivateFolder('run', surroundings)
  try {
    const paths = new Map<string, string>()
    for (const entry of wanted) paths.set(entry.name, await writeValue(entry, folder, paths))
    return { paths, remove: folder.remove }
  } catch (error) {
    await folder.remove()
    throw error
  }
}

/** Arguments with the paths of files in the place of `{NAME}`; all else in braces stays as it is. */
export function withPaths(args: readonly string[], paths: ReadonlyMap<string, string>): readonly string[] {
  if (paths.size === 0) return args
  return args.map((arg) =>
    arg.replace(/(?<!\$)\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (whole, name: string) => paths.get(name) ?? whole),
  )
}

async function writeValue(
  { name, file, value, bytes }: ChosenEntry,
  folder: PrivateFolder,
  others: ReadonlyMap<string, string>,
): Promise<string> {
  const own = basename(file)
  const taken = new Set([...others.values()].map((path) => basename(path).toLowerCase()))
  const called = bytes === undefined || taken.has(own.toLowerCase()) ? name : own
  // Names of variables may differ by case alone, names of files on many systems do not.
  if (taken.has(called.toLowerCase())) {
    throw new SecretsError('NAME_CLASH', `two files would be called ${called}`, {
      hint: 'give one another name with --map',
    })
  }
  return folder.write(called, bytes ?? valueText(value))
}
