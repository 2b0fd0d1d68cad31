import { SecretsError } from '../core/errors.ts'
import type { Entry } from '../core/open-text.ts'
import { formatPath, parsePath } from '../core/path-syntax.ts'
import { canonicalText, Scalar } from '../core/scalar.ts'
import { closest } from '../core/similar-names.ts'
import type { Path } from '../core/tree.ts'
import { isDangerousName, type NameOptions, variableName } from './variable-names.ts'

/** A decrypted file as far as variables need it. */
export interface VariableSource {
  /** Name of the file, for messages. */
  readonly file: string
  /** Whether quotes around a text are notation, as they are to all that reads dotenv files but to sops. */
  readonly quoted?: boolean
  readonly entries: readonly Pick<Entry, 'path' | 'document' | 'scalar'>[]
}

/** One variable, and the entry that it comes from. */
export interface Variable {
  readonly name: string
  /** A text; prints as `[secret]`. */
  readonly value: Scalar
  readonly file: string
  readonly path: Path
  readonly document: number
}

/** Which entries become variables, and under which names. */
export interface VariableOptions extends NameOptions {
  /** Paths of entries and subtrees; all entries where there is none. */
  readonly only?: readonly string[]
  /** Paths of entries and subtrees that do not become variables. */
  readonly except?: readonly string[]
  /** Names that are taken although they change what programs do. */
  readonly allowedNames?: readonly string[]
  /** Whether names differ by more than case; on Windows they do not. */
  readonly caseSensitive?: boolean
}

/**
 * The values of files as variables, in the order of the files. null is an empty text; empty maps and lists are nothing.
 * Throws `BAD_NAME` (no name, or one that changes what programs do and is not allowed), `NAME_CLASH` with both
 * places, `BAD_PATH` for an `only` or `except` that is nowhere, `FORMAT_INVALID` for a value that no variable can hold.
 */
export function environmentVariables(
  sources: readonly VariableSource[],
  options: VariableOptions = {},
): readonly Variable[] {
  const wanted = existingPaths(sources, options.only ?? [], '--only')
  const unwanted = existingPaths(sources, options.except ?? [], '--except')
  const variables = new Map<string, Variable>()
  for (const { file, entries, quoted } of sources) {
    for (const entry of entries) {
      if (!isWanted(entry.path, wanted) || unwanted.some((start) => startsWith(entry.path, start))) continue
      const variable = at(file, () => variableOf(file, quoted === true ? withoutQuotes(entry) : entry, options))
      const key = options.caseSensitive === false ? variable.name.toUpperCase() : variable.name
      const other = variables.get(key)
      if (other !== undefined) throw nameClash(other, variable)
      variables.set(key, variable)
    }
  }
  return [...variables.values()]
}

function existingPaths(sources: readonly VariableSource[], texts: readonly string[], option: string): readonly Path[] {
  return texts.map((text) => {
    const path = parsePath(text)
    if (sources.some(({ entries }) => entries.some((entry) => startsWith(entry.path, path)))) return path
    throw missingPath(path, sources, option)
  })
}

function missingPath(path: Path, sources: readonly VariableSource[], option: string): SecretsError {
  const paths = sources.flatMap(({ entries }) => entries.flatMap((entry) => beginnings(entry.path)))
  const near = closest(formatPath(path), new Set(paths))
  return new SecretsError('BAD_PATH', 'there is no such entry in these files', {
    place: { path: formatPath(path) },
    ...(near === undefined ? {} : { hint: `did you mean ${option} ${near}?` }),
  })
}

function beginnings(path: Path): readonly string[] {
  return path.map((_, index) => formatPath(path.slice(0, index + 1)))
}

function isWanted(path: Path, wanted: readonly Path[]): boolean {
  return wanted.length === 0 || wanted.some((start) => startsWith(path, start))
}

function startsWith(path: Path, start: Path): boolean {
  return start.length <= path.length && start.every((step, index) => path[index] === step)
}

/** sops takes quotes in dotenv files for a part of the value; the programs that read such files themselves do not. */
function withoutQuotes({
  path,
  document,
  scalar,
}: VariableSource['entries'][number]): VariableSource['entries'][number] {
  const text = textOf(scalar)
  const inner = /^\s*(["'`])([^]*)\1\s*$/.exec(text)?.[2]
  return { path, document, scalar: inner === undefined ? scalar : new Scalar('str', inner) }
}

function variableOf(file: string, entry: VariableSource['entries'][number], options: VariableOptions): Variable {
  const { path, document, scalar } = entry
  const name = variableName(path, options)
  const place = { path: formatPath(path) }
  if (isDangerousName(name) && options.allowedNames?.includes(name) !== true) {
    throw new SecretsError('BAD_NAME', `a variable ${name} changes what programs do, and a secret file must not`, {
      place,
      hint: `if that is what you want, say --allow-name ${name}`,
    })
  }
  const text = textOf(scalar)
  if (text.includes('\0')) {
    throw new SecretsError('FORMAT_INVALID', 'a value with a NUL character cannot be a variable', {
      place,
      hint: 'choose the entries that you need with --only',
    })
  }
  return { name, value: new Scalar('str', text), file, path, document }
}

/** As `secrets get` prints it, but for null: a variable that says `null` would be taken for a value. */
function textOf(scalar: Scalar): string {
  if (scalar.type === 'null') return ''
  const text = canonicalText(scalar)
  if (scalar.type === 'bool') return text === 'True' ? 'true' : 'false'
  return scalar.type === 'float' && typeof scalar.plaintext === 'string' ? scalar.plaintext : text
}

function nameClash(first: Variable, second: Variable): SecretsError {
  return new SecretsError('NAME_CLASH', `two entries would be the variable ${second.name}`, {
    details: [placeOf(first), placeOf(second)],
    hint: 'choose the entries that you need with --only, or name fewer files',
  })
}

function placeOf({ file, path, document }: Variable): string {
  return `${file}${document === 0 ? '' : ` (document ${document + 1})`}: ${formatPath(path)}`
}

function at<Result>(file: string, action: () => Result): Result {
  try {
    return action()
  } catch (error) {
    throw error instanceof SecretsError ? error.at({ file }) : error
  }
}
