import { Parser } from 'yargs/helpers'
import { SecretsError } from '../core/errors.ts'
import { closest } from '../core/similar-names.ts'
import { type CommandDescription, dashed, type OptionSpec, type ParsedValues } from './command.ts'
import { optionsOf } from './common-options.ts'
import { parsePositionals } from './parse-positionals.ts'

/** One command line, understood. */
export interface ParsedArguments {
  readonly values: ParsedValues
  readonly help: boolean
  readonly version: boolean
}

type OptionTable = Readonly<Record<string, OptionSpec>>

/** Everything that yargs's parser would read into a word is off: numbers, dots, camel case, `--no-…`. */
const CONFIGURATION = {
  'camel-case-expansion': false,
  'dot-notation': false,
  'parse-numbers': false,
  'parse-positional-numbers': false,
  'boolean-negation': false,
  'populate--': true,
  'greedy-arrays': false,
  'strip-aliased': true,
}

/**
 * Reads `argv` (without the command's name) by the command's tables. Throws USAGE for what the tables do
 * not allow and CONFLICTING_OPTIONS; where help or the version is asked for, nothing is checked.
 */
export function parseArguments(command: CommandDescription, argv: readonly string[]): ParsedArguments {
  if (command.passThrough === true) return { values: { rest: argv }, help: false, version: false }
  const table = optionsOf(command)
  const { argv: found, error } = parse(table, argv)
  const raw = new Map<string, unknown>(Object.entries(found))
  const [help, version] = [isSet(raw.get('help')), isSet(raw.get('version'))]
  if (help || version) return { values: { rest: [] }, help, version }
  refuseUnknown(command, table, raw)
  if (error !== null) throw usage(command, misplacedValue(table, argv))
  const options = Object.fromEntries(
    Object.entries(table).map(([name, spec]) => [name, optionValue(command, name, spec, raw.get(dashed(name)))]),
  )
  refuseConflicts(table, options)
  const rest = strings(raw.get('--'))
  if (command.rest?.required === true && rest.length === 0)
    throw usage(command, `nothing stands behind --: ${command.rest.name} is missing`)
  if (command.rest === undefined && rest.length > 0) {
    // Behind `--` even what begins with a dash is a positional.
    return {
      values: { ...options, ...parsePositionals(command, [...strings(raw.get('_')), ...rest]), rest: [] },
      help,
      version,
    }
  }
  return { values: { ...options, ...parsePositionals(command, strings(raw.get('_'))), rest }, help, version }
}

function parse(table: OptionTable, argv: readonly string[]): ReturnType<typeof Parser.detailed> {
  const named = (wanted: (spec: OptionSpec) => boolean): string[] =>
    Object.entries(table).flatMap(([name, spec]) => (wanted(spec) ? [dashed(name)] : []))
  const takingValues = named(({ type }) => type !== 'boolean')
  return Parser.detailed([...argv], {
    string: takingValues,
    array: named(({ type }) => type === 'strings'),
    boolean: named(({ type }) => type === 'boolean'),
    // Without a 0, a flag would swallow a `true` or `false` behind it.
    narg: Object.fromEntries(
      Object.entries(table).map(([name, { type }]) => [dashed(name), type === 'boolean' ? 0 : 1]),
    ),
    alias: Object.fromEntries(
      Object.entries(table).flatMap(([name, { alias }]) => (alias === undefined ? [] : [[dashed(name), [alias]]])),
    ),
    configuration: CONFIGURATION,
  })
}

/** A flag that is given twice is a list of yargs. */
function isSet(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : value === true
}

function strings(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.map(String) : []
}

function refuseUnknown(command: CommandDescription, table: OptionTable, raw: ReadonlyMap<string, unknown>): void {
  const known = Object.keys(table).map(dashed)
  const unknown = [...raw.keys()].find((name) => !known.includes(name) && name !== '_' && name !== '--')
  if (unknown === undefined) return
  const shown = unknown.length === 1 ? `-${unknown}` : `--${unknown}`
  const near = closest(unknown, known)
  const hint = near === undefined ? helpHint(command) : `did you mean --${near}?`
  throw new SecretsError('USAGE', `unknown option ${shown} for secrets ${command.name}`, { hint })
}

/** yargs says in a sentence alone which option lacks its value, or has one too many. */
function misplacedValue(table: OptionTable, argv: readonly string[]): string {
  for (const [name, { type, alias }] of Object.entries(table)) {
    const flag = `--${dashed(name)}`
    if (type === 'boolean' && argv.some((word) => word.startsWith(`${flag}=`))) return `${flag} takes no value`
    const lacking = argv.some(
      (word, at) => (word === flag || word === `-${alias ?? '-'}`) && /^$|^-./.test(argv[at + 1] ?? ''),
    )
    if (type !== 'boolean' && lacking) return `${flag} needs a value`
  }
  return 'an option needs a value'
}

function optionValue(command: CommandDescription, name: string, spec: OptionSpec, raw: unknown): ParsedValues[string] {
  if (spec.type === 'boolean') return isSet(raw)
  if (raw === undefined) return spec.type === 'strings' ? [] : undefined
  if (spec.type === 'strings') {
    return strings(raw).map((value) => chosen(name, spec, value))
  }
  if (Array.isArray(raw)) throw usage(command, `--${dashed(name)} is given more than once`)
  if (typeof raw !== 'string') throw usage(command, `--${dashed(name)} needs a value`)
  return spec.type === 'number' ? wholeNumber(command, name, raw) : chosen(name, spec, raw)
}

/** The value itself is not repeated in the message: it may be a secret that was typed in the wrong place. */
function chosen(name: string, spec: OptionSpec, value: string): string {
  if (spec.choices === undefined || spec.choices.includes(value)) return value
  const near = closest(value, spec.choices)
  const hint = near === undefined ? {} : { hint: `did you mean --${dashed(name)} ${near}?` }
  throw new SecretsError('USAGE', `--${dashed(name)} is one of ${spec.choices.join(', ')}`, hint)
}

function wholeNumber(command: CommandDescription, name: string, text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw usage(command, `--${dashed(name)} needs a whole number`)
}

function refuseConflicts(table: OptionTable, options: ParsedValues): void {
  const given = (name: string): boolean => {
    const value = options[name]
    return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== false
  }
  for (const [name, { conflicts = [] }] of Object.entries(table)) {
    const other = given(name) ? conflicts.find(given) : undefined
    if (other !== undefined)
      throw new SecretsError('CONFLICTING_OPTIONS', `--${dashed(name)} and --${dashed(other)} exclude each other`)
  }
}

function usage(command: CommandDescription, message: string): SecretsError {
  return new SecretsError('USAGE', message, { hint: helpHint(command) })
}

function helpHint(command: CommandDescription): string {
  return `secrets ${command.name} --help shows what it takes`
}
