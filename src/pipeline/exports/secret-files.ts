import { SecretsError } from '../../core/errors.ts'
import { entryBytes } from './entry-bytes.ts'
import type { ExportEntry, ExportedFile } from './export-format.ts'

/** What Windows does not take as the name of a file, whatever its extension (Win32, "Naming Files, Paths, and Namespaces"). */
const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\.|$)/i

/**
 * Why no file can have this name on every system, as the end of a sentence; what the reader of the files asks for beyond that is its
 * own rule.
 */
export function fileNameProblem(name: string): string | undefined {
  if (name === '' || name === '.' || name === '..') return 'no file can be called so'
  if (Buffer.byteLength(name) > 255) return 'a name of a file has 255 bytes at most'
  if (/[/\\<>:"|?*\0-\x1f]/.test(name) || /[. ]$/.test(name)) return 'a name of a file cannot have this character'
  return DEVICE.test(name) ? 'Windows keeps this name for a device' : undefined
}

/** A file for each entry, with the bytes of its value and nothing else. Throws `NAME_CLASH` for names that differ by case alone. */
export function filesOf(entries: readonly ExportEntry[]): readonly ExportedFile[] {
  const seen = new Map<string, string>()
  return entries.map((entry) => {
    const folded = entry.name.toLowerCase()
    const other = seen.get(folded)
    if (other !== undefined) {
      throw new SecretsError('NAME_CLASH', 'two entries would be one file where names do not differ by case', {
        details: [other, entry.name],
        hint: 'choose the entries that you need with --only, or give them other names with --map',
      })
    }
    seen.set(folded, entry.name)
    return { name: entry.name, content: entryBytes(entry) }
  })
}
