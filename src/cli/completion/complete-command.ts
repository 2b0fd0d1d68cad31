import { type Command, defineCommand } from '../command.ts'
import type { CommandEntry } from '../commands/registry.ts'
import { visible } from '../visible-text.ts'
import { propose } from './candidates.ts'
import { NOTHING } from './proposal.ts'

/**
 * `secrets complete -- WORD…`, for the scripts of `secrets completion`: lines `VALUE<tab>DESCRIPTION`, and
 * `:files` or `:folders`. The commands are asked for late: this command is one of them.
 */
export function completeCommand(commands: () => readonly CommandEntry[]): Command {
  return defineCommand({
    name: 'complete',
    group: 'hidden',
    summary: 'propose what could stand in the place of the last word',
    examples: [],
    passThrough: true,
    async run({ rest }, context) {
      const words = rest[0] === '--' ? rest.slice(1) : rest
      // Whatever is wrong, a press of the tab key is no place to say so.
      const { candidates, shell } = await propose(words, commands(), context).catch(() => NOTHING)
      // A name with a line break would be two candidates, or a word that asks the shell for something.
      const safe = candidates.filter(({ value }) => visible(value) === value && !value.startsWith(':'))
      const lines = safe.map(({ value, description }) => `${value}\t${visible(description)}\n`)
      await context.terminal.result([...lines, ...(shell === undefined ? [] : [`:${shell}\n`])].join(''))
    },
  })
}
