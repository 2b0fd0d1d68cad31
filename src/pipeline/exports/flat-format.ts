import { SecretsError } from '../../core/errors.ts'
import { valueText } from '../choice/value-text.ts'
import type { ExportEntry, ExportFormat } from './export-format.ts'
import { variableProblem } from './text-problem.ts'

/** A format of names and texts with one way to write each, and the model of its reader. */
export interface FlatFormat {
  readonly name: string
  readonly summary: string
  readonly write: (values: readonly NamedText[]) => string
  /** Names and texts of a whole file; undefined for what the model does not know for certain. */
  readonly read: (text: string) => ReadonlyMap<string, string> | undefined
  /** Why the reader cannot be given this value, where that is known, as the end of a sentence. */
  readonly limit?: (value: NamedText) => string | undefined
}

/** A value by its name. */
export interface NamedText {
  readonly name: string
  readonly text: string
}

/** The format of exports: every value is read back before it is written, alone and with all others. */
export function flatFormat({ name, summary, write, read, limit }: FlatFormat): ExportFormat {
  const isReadBack = (values: readonly NamedText[]): boolean => {
    const found = read(write(values))
    return found?.size === values.length && values.every((value) => found.get(value.name) === value.text)
  }
  return {
    name,
    summary,
    shape: 'flat',
    problem: (entry) => {
      const notText = variableProblem(entry.path, entry.value)
      if (notText !== undefined) return notText
      const value = named(entry)
      return limit?.(value) ?? (isReadBack([value]) ? undefined : 'its reader would make another value of it')
    },
    write: (entries) => {
      const values = entries.map(named)
      if (isReadBack(values)) return { text: write(values) }
      throw new SecretsError('UNREPRESENTABLE', 'these values cannot stand in one text so that the same are read back')
    },
  }
}

function named({ name, value }: ExportEntry): NamedText {
  return { name, text: valueText(value) }
}

/**
 * The reader of a text that is a sequence of statements: `statement` (sticky) has the groups `name` and `value`, and `decode` gives
 * what the value means, undefined where it is not known.
 */
export function statementsReader(
  statement: RegExp,
  decode: (value: string) => string | undefined,
): (text: string) => ReadonlyMap<string, string> | undefined {
  return (text) => {
    const values = new Map<string, string>()
    const pattern = new RegExp(statement.source, 'y')
    while (pattern.lastIndex < text.length) {
      const { name, value } = pattern.exec(text)?.groups ?? {}
      const decoded = value === undefined ? undefined : decode(value)
      if (name === undefined || decoded === undefined) return undefined
      values.set(name, decoded)
    }
    return values
  }
}
