import { SecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { ExportEntry } from '../exports/export-format.ts'
import { isPlaceholder } from './placeholder-mark.ts'

/** Refuses to hand on values that only stand for others: a deployment with them would look as if it worked. Throws `PLACEHOLDER`. */
export function refusePlaceholders(entries: readonly Pick<ExportEntry, 'name' | 'path' | 'file' | 'value'>[]): void {
  const found = entries.filter(({ value }) => isPlaceholder(value))
  if (found.length === 0) return
  const what = found.length === 1 ? 'a placeholder stands' : `${found.length} placeholders stand`
  throw new SecretsError('PLACEHOLDER', `${what} where a value should be`, {
    details: found.map(({ file, path }) => `${file}: ${formatPath(path)}`),
    hint: 'put the values in with "secrets set"; if they are what is wanted, say --allow-placeholders',
  })
}
