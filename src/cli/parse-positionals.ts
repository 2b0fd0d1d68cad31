import { SecretsError } from '../core/errors.ts'
import type { CommandDescription, ParsedValues, PositionalSpec } from './command.ts'

/** The positional arguments of a command by their names. Throws USAGE for one that is missing or too many. */
export function parsePositionals(command: CommandDescription, words: readonly string[]): ParsedValues {
  const specs = Object.entries(command.positionals ?? {})
  const left = [...words]
  const values = specs.map(([name, spec]): [string, ParsedValues[string]] => [name, take(command, name, spec, left)])
  // The word itself is not repeated in the message: it may be a secret that was typed in the wrong place.
  if (left.length > 0) throw usage(command, specs.length === 0 ? 'no arguments are expected' : 'too many arguments')
  return Object.fromEntries(values)
}

function take(command: CommandDescription, name: string, spec: PositionalSpec, left: string[]): ParsedValues[string] {
  const isList = spec.arity === 'many' || spec.arity === 'some'
  if (left.length === 0 && (spec.arity === 'one' || spec.arity === 'some'))
    throw usage(command, `${positionalName(name)} is missing`)
  const words = left.splice(0, isList ? left.length : 1)
  const { choices } = spec
  if (choices !== undefined && !words.every((word) => choices.includes(word)))
    throw usage(command, `${positionalName(name)} is one of ${choices.join(', ')}`)
  return isList ? words : words[0]
}

/** `keyFile` as help and errors call it: `KEY_FILE`. */
export function positionalName(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
}

/** `secrets get TARGET [PATH]`: how a command line looks. */
export function usageLine(command: CommandDescription): string {
  const positionals = Object.entries(command.positionals ?? {}).map(([name, { arity }]) => {
    const shown = positionalName(name)
    return { one: shown, optional: `[${shown}]`, many: `[${shown}…]`, some: `${shown}…` }[arity]
  })
  const { rest } = command
  const behind = rest === undefined ? [] : [rest.required ? `-- ${rest.name}` : `[-- ${rest.name}]`]
  const options = command.passThrough === true ? ['[ARGUMENTS…]'] : ['[OPTIONS]']
  return ['secrets', command.name, ...options, ...positionals, ...behind].join(' ')
}

function usage(command: CommandDescription, message: string): SecretsError {
  return new SecretsError('USAGE', `${message}: ${usageLine(command)}`, {
    hint: `secrets ${command.name} --help shows what it takes`,
  })
}
