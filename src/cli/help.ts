import { type CommandDescription, type CommandGroup, dashed, GROUPS, type OptionSpec } from './command.ts'
import { COMMON_OPTIONS, optionsOf } from './common-options.ts'
import { positionalName, usageLine } from './parse-positionals.ts'

/** Help is wrapped for a terminal of the usual width. */
const COLUMNS = 80

/** Width of the left column of lists; longer terms get a line of their own. */
const TERM_COLUMNS = 26

/** What the overview needs of a command. */
export interface ListedCommand {
  readonly name: string
  readonly summary: string
  readonly group: CommandGroup
}

/** `secrets --help`: all commands by group. Ends with a line break. */
export function renderOverview(commands: readonly ListedCommand[]): string {
  const sections = GROUPS.flatMap((group) => {
    const members = commands.filter((command) => command.group === group)
    return members.length === 0
      ? []
      : [[`${group}:`, ...members.map(({ name, summary }) => `  ${name.padEnd(12)}${summary}`)]]
  })
  return `${[
    ['Keeps the secrets of a project in its repository, encrypted value by value.'],
    ['usage: secrets COMMAND [OPTIONS] [ARGUMENTS…]'],
    ...sections,
    ['options of every command:', ...definitions(Object.entries(COMMON_OPTIONS).map(optionDefinition))],
    ['secrets COMMAND --help shows what a command takes, with examples.'],
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n')}\n`
}

/** `secrets COMMAND --help`. Ends with a line break. */
export function renderCommandHelp(command: CommandDescription): string {
  const blocks = [
    [`secrets ${command.name}: ${command.summary}`],
    [`usage: ${usageLine(command)}`, ...aliasLines(command)],
    ...(command.description ?? []).map((paragraph) => wrap(paragraph, COLUMNS)),
    section('arguments', definitions(argumentDefinitions(command))),
    section('options', command.passThrough === true ? [] : definitions(shownOptions(command).map(optionDefinition))),
    section(
      'examples',
      command.examples.flatMap(({ line, description }) => [`  ${line}`, ...indent(wrap(description, COLUMNS - 6), 6)]),
    ),
  ]
  const filled = blocks.filter((lines) => lines.length > 0)
  return `${filled.map((lines) => lines.join('\n')).join('\n\n')}\n`
}

/** A term (an option, an argument) and what it means. */
export type Definition = readonly [term: string, meaning: string]

/** The positional arguments, and what stands behind `--`. */
export function argumentDefinitions(command: CommandDescription): readonly Definition[] {
  const positionals = Object.entries(command.positionals ?? {})
  const rest: Definition[] = command.rest === undefined ? [] : [[`-- ${command.rest.name}`, command.rest.description]]
  return [
    ...positionals.map(
      ([name, { description, choices }]): Definition => [
        positionalName(name),
        choices === undefined ? description : `${description}: ${choices.join(', ')}`,
      ],
    ),
    ...rest,
  ]
}

/** The options that help shows, the common ones last. */
export function shownOptions(command: CommandDescription): readonly (readonly [string, OptionSpec])[] {
  return Object.entries(optionsOf(command)).filter(([, spec]) => spec.hidden !== true)
}

/** An option as help lists it: `-o, --output FILE`. */
export function optionDefinition([name, spec]: readonly [string, OptionSpec]): Definition {
  const short = spec.alias === undefined ? '    ' : `-${spec.alias}, `
  const value = spec.type === 'boolean' ? '' : ` ${spec.value ?? dashed(name).toUpperCase()}`
  const choices = spec.choices === undefined ? '' : `: ${spec.choices.join(', ')}`
  const again = spec.type === 'strings' ? ' (repeatable)' : ''
  return [`${short}--${dashed(name)}${value}`, `${spec.description}${choices}${again}`]
}

function aliasLines(command: CommandDescription): readonly string[] {
  const aliases = command.aliases ?? []
  return aliases.length === 0 ? [] : [`also: ${aliases.map((alias) => `secrets ${alias}`).join(', ')}`]
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [`${title}:`, ...lines]
}

function definitions(list: readonly Definition[]): readonly string[] {
  return list.flatMap(([term, meaning]) => {
    const [first = '', ...others] = wrap(meaning, COLUMNS - TERM_COLUMNS)
    const continued = indent(others, TERM_COLUMNS)
    const line = `  ${term}`
    if (line.length + 2 > TERM_COLUMNS) return [line, ...indent([first], TERM_COLUMNS), ...continued]
    return [line.padEnd(TERM_COLUMNS) + first, ...continued]
  })
}

function indent(lines: readonly string[], columns: number): readonly string[] {
  return lines.map((line) => ' '.repeat(columns) + line)
}

function wrap(text: string, columns: number): readonly string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > columns) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
