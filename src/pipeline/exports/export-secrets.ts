import type { ChoiceSource } from '../choice/candidates.ts'
import type { Declaration, EntryChoice } from '../choice/choice.ts'
import { chooseEntries } from '../choice/choose-entries.ts'
import { refusePlaceholders } from '../placeholders/refuse-placeholders.ts'
import { abilitiesOf, checkExportOptions, exportEntries } from './export-entries.ts'
import type { Exported, ExportOptions } from './export-format.ts'
import { exportFormatNamed } from './find-export-format.ts'

/** How values are exported: the format, what it takes itself, and which entries under which names. */
export interface ExportRequest extends ExportOptions {
  /** As after `--format`: `dotenv`, `kubernetes`, `json`, … */
  readonly format: string
  /** Entries and subtrees, by path; all where none is named. */
  readonly only?: readonly string[]
  readonly except?: readonly string[]
  /** Names and the paths of the entries that they are for; nothing else is handed on then. */
  readonly map?: Readonly<Record<string, string>>
  /** Stands before the names of variables. */
  readonly prefix?: string
  /** Whether keys are written in capitals in the names of variables. */
  readonly upperCase?: boolean
  /** Variables that are taken although programs obey them (`PATH`, `NODE_OPTIONS`). */
  readonly allowedNames?: readonly string[]
  /** Whether placeholders of a job without keys are taken for values. */
  readonly allowPlaceholders?: boolean
}

/** Where decrypted files come from. */
export interface ExportSource {
  sources(targets: readonly string[]): Promise<readonly ChoiceSource[]>
}

/**
 * The values of environments, files or globs in a format: a text, or files by name. Throws a `SecretsError`: `UNKNOWN_FORMAT`, `USAGE`
 * for options that the format does not take, `UNREPRESENTABLE` with all values that it cannot hold, `BAD_PATH`, `BAD_NAME`,
 * `NAME_CLASH`, and what opening the files throws.
 */
export async function exportFrom(
  source: ExportSource,
  targets: string | readonly string[],
  request: ExportRequest,
): Promise<Exported> {
  const format = await exportFormatNamed(request.format)
  const options = optionsOf(request)
  checkExportOptions(format, options)
  const sources = await source.sources(typeof targets === 'string' ? [targets] : targets)
  const { entries } = chooseEntries(sources, choiceOf(request), abilitiesOf(format))
  if (request.allowPlaceholders !== true) refusePlaceholders(entries)
  return exportEntries(format, entries, options)
}

function optionsOf({ dialect, name, namespace, type }: ExportRequest): ExportOptions {
  return {
    ...(dialect === undefined ? {} : { dialect }),
    ...(name === undefined ? {} : { name }),
    ...(namespace === undefined ? {} : { namespace }),
    ...(type === undefined ? {} : { type }),
  }
}

function choiceOf({
  only = [],
  except = [],
  prefix,
  upperCase = false,
  allowedNames = [],
  map,
}: ExportRequest): EntryChoice {
  const choice = { only, except, prefix, upperCase, allowedNames }
  return map === undefined ? choice : { ...choice, declared: declarationOf(map) }
}

function declarationOf(map: Readonly<Record<string, string>>): Declaration {
  return {
    pass: [],
    map: Object.entries(map).map(([name, text]) => ({ name, text, asFile: false, place: { path: name } })),
  }
}
