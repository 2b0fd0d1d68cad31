import type { ExportEntry, ExportFormat } from './export-format.ts'
import { allExportFormats } from './find-export-format.ts'

/** So many are named: who cannot write a value in one format wants a way, not a list. */
const NAMED = 5

/**
 * How these entries could be written: other dialects of the format, then other formats of its shape that take no names of objects, as
 * options of the command line.
 */
export async function holdersOf(entries: readonly ExportEntry[], format: ExportFormat): Promise<readonly string[]> {
  const others = (await allExportFormats()).filter(
    ({ name, shape, options = [] }) => name !== format.name && shape === format.shape && options.length === 0,
  )
  const own = (format.dialects ?? []).filter(({ name }) => holdsAll(format, entries, name))
  const dialects = own.map(({ name }) => `--dialect ${name}`)
  const formats = others.filter((other) => holdsAll(other, entries)).map(({ name }) => `--format ${name}`)
  return [...dialects, ...formats].slice(0, NAMED)
}

function holdsAll(format: ExportFormat, entries: readonly ExportEntry[], dialect?: string): boolean {
  const options = dialect === undefined ? {} : { dialect }
  return entries.every((entry) => format.problem?.(entry, options) === undefined)
}
