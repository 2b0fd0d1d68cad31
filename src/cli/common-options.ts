import type { CommandDescription, OptionSpec } from './command.ts'

/** Options of every command. Their values reach a command by its context. */
export const COMMON_OPTIONS: Readonly<Record<string, OptionSpec>> = {
  config: {
    type: 'string',
    value: 'FILE',
    description: 'configuration to use (also SECRETS_CONFIG)',
    complete: 'file',
  },
  quiet: { type: 'boolean', alias: 'q', description: 'no notes, only warnings and errors' },
  noColor: { type: 'boolean', description: 'no colours (also NO_COLOR)' },
  help: { type: 'boolean', alias: 'h', description: 'show this help' },
  version: { type: 'boolean', alias: 'v', description: 'show the version' },
}

/** Offered by the commands that say so. */
const JSON_OPTION: OptionSpec = { type: 'boolean', description: 'results and errors as JSON, for programs' }

/** All options that a command takes, its own first. */
export function optionsOf(command: CommandDescription): Readonly<Record<string, OptionSpec>> {
  return { ...command.options, ...(command.json === true ? { json: JSON_OPTION } : {}), ...COMMON_OPTIONS }
}
