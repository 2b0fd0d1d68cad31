import { isSecretsError } from '../../../src/core/errors.ts'
import { type Scalar, stringScalar } from '../../../src/core/scalar.ts'
import type { Path } from '../../../src/core/tree.ts'
import type { ChoiceSource } from '../../../src/pipeline/choice/candidates.ts'
import type { ChosenEntry, EntryChoice } from '../../../src/pipeline/choice/choice.ts'
import { chooseEntries } from '../../../src/pipeline/choice/choose-entries.ts'
import { valueText } from '../../../src/pipeline/choice/value-text.ts'

/** An entry of a file; a text where no value is given. */
export function entry(path: Path, scalar: Scalar | string, document = 0): ChoiceSource['entries'][number] {
  return { path, document, scalar: typeof scalar === 'string' ? stringScalar(scalar) : scalar }
}

/** A file with entries. */
export function source(...entries: ChoiceSource['entries'][number][]): ChoiceSource {
  return { file: 'a.yaml', entries }
}

/** The entries of files as variables. */
export function environmentVariables(
  sources: readonly ChoiceSource[],
  choice: EntryChoice = {},
): readonly ChosenEntry[] {
  return chooseEntries(sources, choice, { naming: 'variables' }).entries
}

/** Names and texts of variables. */
export function pairs(sources: readonly ChoiceSource[], options?: EntryChoice): readonly (readonly string[])[] {
  return environmentVariables(sources, options).map(({ name, value }) => [name, valueText(value)])
}

/** What an action is refused for, in one line. */
export function refusal(action: () => unknown): string {
  try {
    action()
  } catch (error) {
    if (!isSecretsError(error)) throw error
    const { code, place, details, hint } = error
    const at = place.line === undefined ? (place.file ?? '') : `${place.file ?? ''}:${place.line}:${place.column ?? 0}`
    return [code, at, place.path ?? '', ...details, hint ?? ''].join('|')
  }
  return 'nothing'
}

/** What a single entry is refused for. */
export function bad(path: Path, options?: EntryChoice): string {
  return refusal(() => environmentVariables([source(entry(path, 'v'))], options))
}
