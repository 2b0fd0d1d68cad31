import { valueText } from '../choice/value-text.ts'
import type { ExportEntry } from './export-format.ts'

/** What a reader of bytes gets of an entry: the content of a binary file as it is, the text of any other value as UTF-8. */
export function entryBytes({ bytes, value }: ExportEntry): Uint8Array {
  return bytes ?? Buffer.from(valueText(value), 'utf8')
}
