import { chooseCommand } from '../choose-command.ts'
import { type Command, dashed, type OptionSpec, type PositionalSpec } from '../command.ts'
import type { CommandEntry } from '../commands/registry.ts'
import { COMMON_OPTIONS, optionsOf } from '../common-options.ts'
import type { CommandContext } from '../context.ts'
import { type Candidate, NOTHING, type Proposal, type ValuePlace } from './proposal.ts'
import { valueProposal } from './value-candidates.ts'

/**
 * What could stand in the place of the last of `words` (all behind `secrets`, the last one perhaps ''), only
 * what begins with it. Rejects like any command; the caller keeps silent then.
 */
export async function propose(
  words: readonly string[],
  commands: readonly CommandEntry[],
  context: CommandContext,
): Promise<Proposal> {
  const current = words.at(-1) ?? ''
  const proposal = await proposeAny({ before: words.slice(0, -1), current }, commands, context)
  return { ...proposal, candidates: proposal.candidates.filter(({ value }) => value.startsWith(current)) }
}

interface Position {
  readonly before: readonly string[]
  readonly current: string
}

async function proposeAny(
  { before, current }: Position,
  commands: readonly CommandEntry[],
  context: CommandContext,
): Promise<Proposal> {
  const choice = chooseCommand(before, commands)
  if (choice.kind === 'help') return NOTHING
  if (choice.kind === 'overview') {
    // A configuration may be named in front of the command.
    if (before.at(-1) === '--config') return valueProposal('file', { context, target: undefined })
    return current.startsWith('-') ? optionNames(COMMON_OPTIONS, before) : commandNames(commands)
  }
  const command = await choice.entry.load()
  if (command.passThrough === true || choice.behind.includes('--')) return { candidates: [], shell: 'files' }
  return proposeArgument(command, { before: choice.behind, current }, context)
}

function commandNames(commands: readonly CommandEntry[]): Proposal {
  const shown = commands.filter(({ group }) => group !== 'hidden')
  return { candidates: shown.map(({ name, summary }) => ({ value: name, description: summary })) }
}

type OptionTable = Readonly<Record<string, OptionSpec>>

async function proposeArgument(
  command: Command,
  { before, current }: Position,
  context: CommandContext,
): Promise<Proposal> {
  const table = optionsOf(command)
  const positionals = positionalWords(before, table)
  const target = positionals[0]
  const waiting = optionWithValue(table, before.at(-1))
  if (waiting !== undefined) return proposeValue(waiting, { context, target })
  const [name, value] = splitOnce(current)
  const inline = value === undefined ? undefined : optionWithValue(table, name)
  if (inline !== undefined) return prefixed(`${name}=`, await proposeValue(inline, { context, target }))
  if (current.startsWith('-')) return optionNames(table, before)
  const spec = positionalAt(command, positionals.length)
  return spec === undefined ? NOTHING : proposeValue(spec, { context, target })
}

function positionalAt(command: Command, index: number): PositionalSpec | undefined {
  const specs = Object.values(command.positionals ?? {})
  const last = specs.at(-1)
  const isList = last?.arity === 'many' || last?.arity === 'some'
  return specs[index] ?? (isList ? last : undefined)
}

function positionalWords(words: readonly string[], table: OptionTable): readonly string[] {
  return words.filter((word, at) => !word.startsWith('-') && optionWithValue(table, words[at - 1]) === undefined)
}

/** The option that takes the next word as its value. */
function optionWithValue(table: OptionTable, word: string | undefined): OptionSpec | undefined {
  if (word === undefined) return undefined
  return Object.entries(table).find(
    ([name, spec]) => spec.type !== 'boolean' && (word === `--${dashed(name)}` || word === `-${spec.alias ?? '-'}`),
  )?.[1]
}

function splitOnce(word: string): readonly [string, string | undefined] {
  const at = word.indexOf('=')
  return at === -1 ? [word, undefined] : [word.slice(0, at), word.slice(at + 1)]
}

async function proposeValue(spec: OptionSpec | PositionalSpec, place: ValuePlace): Promise<Proposal> {
  if (spec.choices !== undefined) return { candidates: spec.choices.map((value) => ({ value, description: '' })) }
  return valueProposal(spec.complete ?? 'none', place)
}

function prefixed(prefix: string, proposal: Proposal): Proposal {
  const candidates = proposal.candidates.map(({ value, description }) => ({ value: prefix + value, description }))
  return { ...proposal, candidates }
}

function optionNames(table: OptionTable, before: readonly string[]): Proposal {
  const shown = Object.entries(table).filter(
    ([name, spec]) => spec.hidden !== true && (spec.type === 'strings' || !before.includes(`--${dashed(name)}`)),
  )
  return {
    candidates: shown.map(([name, { description }]): Candidate => ({ value: `--${dashed(name)}`, description })),
  }
}
