import type { CommandContext } from './context.ts'

/**
 * Commands as typed data. A command is one file in `src/cli/commands/` that exports `command`, made by
 * `defineCommand`; `npm run generate` makes it known. The table of positionals and options is the only
 * place that describes them: the parser, the types of `args`, `--help`, completion and docs/commands.md
 * all come from it.
 *
 *   export const command: Command = defineCommand({
 *     name: 'get',
 *     group: 'daily',
 *     summary: 'print one value',
 *     positionals: { target: { arity: 'one', description: 'file to read', complete: 'target' } },
 *     options: { noNewline: { type: 'boolean', description: '…' } },
 *     async run({ target, noNewline }, context) { … },
 *   })
 *
 * Names in the tables are camelCase; people type `--no-newline` and see `TARGET`.
 */

/** The groups of `secrets --help`, in their order there. */
export const GROUPS = ['start', 'daily', 'access', 'git', 'pipeline', 'stores', 'migration', 'shell'] as const

/** A heading of `secrets --help`; `hidden` commands work, but no help, completion or documentation shows them. */
export type CommandGroup = (typeof GROUPS)[number] | 'hidden'

/** What a shell proposes for a value: the product's things, the shell's own files, or nothing. */
export type CompletionKind =
  | 'target' // environments, files of environments, other files
  | 'environment'
  | 'recipient'
  | 'path' // a path inside the file of the first target before it
  | 'format'
  | 'file'
  | 'folder'
  | 'none'

/** One option, without its leading dashes. */
export interface OptionSpec {
  /** `strings` may be given several times; a `boolean` takes no value; a `number` is a whole number, 0 or more. */
  readonly type: 'boolean' | 'string' | 'strings' | 'number'
  /** What it does, lower case, no full stop, 72 columns at most. */
  readonly description: string
  /** One letter: `-o`. */
  readonly alias?: string
  /** How help calls the value; by default the option's name in capitals. */
  readonly value?: string
  /** The only values allowed (`string` and `strings`). */
  readonly choices?: readonly string[]
  /** Options that cannot stand beside this one: CONFLICTING_OPTIONS. */
  readonly conflicts?: readonly string[]
  readonly complete?: CompletionKind
  /** Works, but is not shown by help or completion. */
  readonly hidden?: boolean
}

/** An option that takes a text, for tables that commands share: what is annotated with it keeps its type there. */
export interface TextOption extends OptionSpec {
  readonly type: 'string'
}

/** The same for one that may be given several times. */
export interface TextsOption extends OptionSpec {
  readonly type: 'strings'
}

/** The same for a whole number. */
export interface NumberOption extends OptionSpec {
  readonly type: 'number'
}

/** The same for one that takes no value. */
export interface FlagOption extends OptionSpec {
  readonly type: 'boolean'
}

/** One positional argument; all but `one` must come last. */
export interface PositionalSpec {
  /** `one`: must be given; `optional`; `many`: any number; `some`: one or more. */
  readonly arity: 'one' | 'optional' | 'many' | 'some'
  readonly description: string
  /** The only values allowed. */
  readonly choices?: readonly string[]
  readonly complete?: CompletionKind
}

/** What stands behind `--`: a command for `run`. */
export interface RestSpec {
  readonly name: string
  readonly description: string
  readonly required: boolean
}

/** A command line to paste, and what it does. */
export interface Example {
  readonly line: string
  readonly description: string
}

type OptionTable = Readonly<Record<string, OptionSpec>>
type PositionalTable = Readonly<Record<string, PositionalSpec>>

type OptionValue<Spec extends OptionSpec> = Spec['type'] extends 'boolean'
  ? boolean
  : Spec['type'] extends 'number'
    ? number | undefined
    : Spec extends { readonly choices: readonly (infer Choice)[] }
      ? Spec['type'] extends 'strings'
        ? readonly Choice[]
        : Choice | undefined
      : Spec['type'] extends 'strings'
        ? readonly string[]
        : string | undefined

type PositionalWord<Spec extends PositionalSpec> = Spec extends { readonly choices: readonly (infer Choice)[] }
  ? Choice
  : string

type PositionalValue<Spec extends PositionalSpec> = Spec['arity'] extends 'one'
  ? PositionalWord<Spec>
  : Spec['arity'] extends 'optional'
    ? PositionalWord<Spec> | undefined
    : readonly PositionalWord<Spec>[]

/** What `run` gets: every positional and option of the tables by name, and what stood behind `--`. */
export type CommandArguments<Positionals extends PositionalTable, Options extends OptionTable> = {
  readonly [Name in keyof Positionals]: PositionalValue<Positionals[Name]>
} & { readonly [Name in keyof Options]: OptionValue<Options[Name]> } & { readonly rest: readonly string[] }

/** Values as the parser found and checked them, by the names of the tables. */
export type ParsedValues = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>

/** All about a command but what it does. */
export interface CommandDescription<
  Positionals extends PositionalTable = PositionalTable,
  Options extends OptionTable = OptionTable,
> {
  readonly name: string
  readonly aliases?: readonly string[]
  readonly group: CommandGroup
  /** One line for the list of commands: lower case, no full stop, 60 columns at most. */
  readonly summary: string
  /** Paragraphs for the command's own help: whole sentences. */
  readonly description?: readonly string[]
  readonly examples: readonly Example[]
  readonly positionals?: Positionals
  readonly options?: Options
  readonly rest?: RestSpec
  /** Whether `--json` is offered; the command asks `context.json`. */
  readonly json?: boolean
  /** Whether it changes files (with these arguments): it is refused while another change is unfinished. */
  readonly writes?: true | ((values: ParsedValues) => boolean)
  /** It opens whole environments, in several threads: the log has one opening for each, with all files, instead of one for each file. */
  readonly opensMany?: true
  /** Nothing is parsed, not even `--help`: all arguments arrive as `rest` (`secrets sops …`). */
  readonly passThrough?: boolean
}

/** A command as its file writes it. */
export interface CommandDefinition<Positionals extends PositionalTable, Options extends OptionTable>
  extends CommandDescription<Positionals, Options> {
  /** Gives the exit status; nothing means 0. Throws `SecretsError`. */
  run(args: CommandArguments<Positionals, Options>, context: CommandContext): Promise<number | undefined | void>
}

/** A command as the frame runs it. */
export interface Command extends CommandDescription {
  readonly aliases: readonly string[]
  run(values: ParsedValues, context: CommandContext): Promise<number>
}

/**
 * Makes a command of its definition, with `args` of `run` typed by the tables.
 * Throws an `Error` for a table that makes no sense (a name twice, an argument behind a list).
 */
export function defineCommand<
  const Positionals extends PositionalTable = Record<never, never>,
  const Options extends OptionTable = Record<never, never>,
>(definition: CommandDefinition<Positionals, Options>): Command {
  checkTables(definition)
  return {
    ...definition,
    aliases: definition.aliases ?? [],
    run: async (values, context) => {
      // The parser made `values` by the very tables that this type is computed from; TypeScript cannot see that.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const args = values as unknown as CommandArguments<Positionals, Options>
      return (await definition.run(args, context)) ?? 0
    },
  }
}

function checkTables(definition: CommandDescription): void {
  const options = Object.keys(definition.options ?? {})
  const positionals = Object.entries(definition.positionals ?? {})
  const names = [...options, ...positionals.map(([name]) => name), 'rest']
  if (new Set(names).size !== names.length) throw new Error(`${definition.name}: a name stands twice in its tables`)
  const lists = positionals.slice(0, -1).filter(([, { arity }]) => arity === 'many' || arity === 'some')
  if (lists.length > 0) throw new Error(`${definition.name}: an argument stands behind a list`)
}

/** `postQuantum` as people type it: `post-quantum`. */
export function dashed(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)
}
