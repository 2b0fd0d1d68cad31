import { SecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { Path } from '../../core/tree.ts'
import type { ExportEntry } from './export-format.ts'

/**
 * Entries by keys that are made of their paths. Throws `NAME_CLASH` for two that a reader takes for one: `fold` gives what it
 * compares keys by.
 */
export function flattened(
  entries: readonly ExportEntry[],
  keyOf: (path: Path) => string,
  fold: (key: string) => string,
): readonly (readonly [string, ExportEntry])[] {
  const seen = new Map<string, ExportEntry>()
  return entries.map((entry) => {
    const key = keyOf(entry.path)
    const other = seen.get(fold(key))
    if (other !== undefined) throw clash(key, other, entry)
    seen.set(fold(key), entry)
    return [key, entry]
  })
}

function clash(key: string, ...entries: readonly ExportEntry[]): SecretsError {
  return new SecretsError('NAME_CLASH', `two entries would be ${key}`, {
    details: entries.map(({ file, path }) => `${file}: ${formatPath(path)}`),
    hint: 'choose the entries that you need with --only, or name fewer files',
  })
}
