import { type Place, SecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import { checkVariableName, isDangerousName, joinedName, type NameOptions } from '../variable-names.ts'
import { baseName, type Candidate } from './candidates.ts'
import type { ChosenEntry, VariableRules } from './choice.ts'
import { valueText } from './value-text.ts'

/** A name that somebody wrote, and where. */
interface WrittenName {
  readonly name: string
  readonly place: Place
}

/**
 * The name of a variable for an entry: one that is written, or that of its path; a binary file is called by its own name, with `_` for
 * what no name has. Throws `BAD_NAME`.
 */
export function variableNameOf(
  candidate: Candidate,
  options: NameOptions & VariableRules,
  written?: WrittenName,
): string {
  const place = written?.place ?? placeOf(candidate)
  const name = written?.name ?? ownName(candidate, options)
  checkVariableName(name, place)
  if (isDangerousName(name) && options.allowedNames?.includes(name) !== true) {
    throw new SecretsError('BAD_NAME', `a variable ${name} changes what programs do, and a secret file must not`, {
      place,
      hint: `if that is what you want, say --allow-name ${name}`,
    })
  }
  return name
}

/** The name of an entry where any text is one; a binary file has its own. */
export function freeName({ path }: Candidate, options: NameOptions): string {
  return joinedName(path, options)
}

/** The name that an entry would have as a variable; undefined where it can have none. */
export function nameOrNothing(candidate: Candidate, options: NameOptions): string | undefined {
  const name = ownName(candidate, options)
  try {
    checkVariableName(name, {})
    return name
  } catch {
    return undefined
  }
}

/** Throws `FORMAT_INVALID` for a value that no variable can hold. */
export function refuseNul(entry: Pick<ChosenEntry, 'file' | 'path' | 'value'>): void {
  if (!valueText(entry.value).includes('\0')) return
  throw new SecretsError('FORMAT_INVALID', 'a value with a NUL character cannot be a variable', {
    place: placeOf(entry),
    hint: 'choose the entries that you need with --only, or hand it on as a file with --file',
  })
}

function ownName({ bytes, file, path }: Candidate, options: NameOptions): string {
  return joinedName(bytes === undefined ? path : [baseName(file).replace(/[^A-Za-z0-9_]/g, '_')], options)
}

function placeOf({ file, path }: Pick<Candidate, 'file' | 'path'>): Place {
  return { file, path: formatPath(path) }
}
