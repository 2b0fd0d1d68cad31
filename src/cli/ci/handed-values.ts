import { formatPath } from '../../core/path-syntax.ts'
import type { ChosenEntry } from '../../pipeline/choice/choice.ts'
import { valueText } from '../../pipeline/choice/value-text.ts'
import type { HandedValue } from '../../pipeline/ci/ci-system.ts'
import { maskTexts } from '../../pipeline/ci/mask-texts.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'

/** Values for later steps, and which of them a log can not do without. */
export interface HandedValues {
  readonly values: readonly HandedValue[]
  /** Names of encrypted values that are not masked, each with the reason. */
  readonly unmasked: readonly string[]
}

/** Entries as values with their masks. What stands in the files in clear is no secret, and has none. */
export function handedValues(entries: readonly ChosenEntry[], files: readonly DecryptedFile[]): HandedValues {
  const clear = new Set(files.flatMap(clearPlaces))
  const unmasked: string[] = []
  const values = entries.map((entry): HandedValue => {
    const [name, text] = [entry.name, valueText(entry.value)]
    if (clear.has(placeOf(entry.file, entry))) return { name, text, masks: [] }
    const { texts, reason } = maskTexts(text)
    if (reason !== undefined) unmasked.push(`${name} (${reason})`)
    return { name, text, masks: texts }
  })
  return { values, unmasked }
}

function clearPlaces({ file, open }: DecryptedFile): readonly string[] {
  const entries = open.entries.filter(({ encrypted }) => !encrypted)
  return entries.map((entry) => placeOf(file.target.shown, entry))
}

function placeOf(file: string, { path, document }: Pick<ChosenEntry, 'path' | 'document'>): string {
  return JSON.stringify([file, document, formatPath(path)])
}
