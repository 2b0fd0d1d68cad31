import { SecretsError } from '../../core/errors.ts'
import { closest } from '../../core/similar-names.ts'
import type { ExportFormat } from './export-format.ts'
import { exportFormats } from './formats/registry.ts'

/** The names of all formats of exports, in the order in which they are offered. */
export function exportFormatNames(): readonly string[] {
  return exportFormats.map(({ name }) => name)
}

/** The format of exports called `name`. Throws `UNKNOWN_FORMAT`, naming the choices. */
export async function exportFormatNamed(name: string): Promise<ExportFormat> {
  const found = exportFormats.find((format) => format.name === name)
  if (found !== undefined) return found.load()
  const near = closest(name, exportFormatNames())
  throw new SecretsError('UNKNOWN_FORMAT', `there is no format of exports called ${JSON.stringify(name)}`, {
    hint: near === undefined ? `use one of: ${exportFormatNames().join(', ')}` : `did you mean ${near}?`,
  })
}

/** All formats, loaded. */
export async function allExportFormats(): Promise<readonly ExportFormat[]> {
  return Promise.all(exportFormats.map(({ load }) => load()))
}
