import { SecretsError } from '../core/errors.ts'
import { closest } from '../core/similar-names.ts'
import type { CommandEntry } from './commands/registry.ts'

/** What the words of a command line ask for. */
export type Choice =
  /** `secrets`, `secrets --help`, `secrets help`. */
  | { readonly kind: 'overview'; readonly asked: boolean }
  /** `secrets help COMMAND`. */
  | { readonly kind: 'help'; readonly entry: CommandEntry }
  /** The command, what stands before its name and what stands behind it. */
  | {
      readonly kind: 'command'
      readonly entry: CommandEntry
      readonly before: readonly string[]
      readonly behind: readonly string[]
    }

/** Finds the command in `argv` without loading it: the first word that is no option. Throws USAGE for an unknown one. */
export function chooseCommand(argv: readonly string[], commands: readonly CommandEntry[]): Choice {
  const index = argv.findIndex((word, at) => !word.startsWith('-') && !takesValue(argv[at - 1]))
  const name = argv[index]
  if (name === undefined) return { kind: 'overview', asked: argv.includes('--help') || argv.includes('-h') }
  const behind = argv.slice(index + 1)
  const helped = name === 'help' ? behind.find((word) => !word.startsWith('-')) : undefined
  if (name === 'help')
    return helped === undefined ? { kind: 'overview', asked: true } : { kind: 'help', entry: find(helped, commands) }
  return { kind: 'command', entry: find(name, commands), before: argv.slice(0, index), behind }
}

/** The only common option with a value that can stand before a command. */
function takesValue(word: string | undefined): boolean {
  return word === '--config'
}

function find(name: string, commands: readonly CommandEntry[]): CommandEntry {
  const entry = commands.find((candidate) => candidate.name === name || candidate.aliases.includes(name))
  if (entry !== undefined) return entry
  const near = closest(
    name,
    commands.flatMap((candidate) => (candidate.group === 'hidden' ? [] : [candidate.name])),
  )
  const hint = near === undefined ? 'secrets --help lists the commands' : `did you mean secrets ${near}?`
  throw new SecretsError('USAGE', `there is no command ${name}`, { hint })
}
