import { formatNames } from '../../formats/find-format.ts'
import type { CompletionKind } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { pathCandidates } from './path-candidates.ts'
import { type Candidate, NOTHING, type Proposal, type ValuePlace } from './proposal.ts'

/** What could stand where a value of `kind` is expected. */
export async function valueProposal(kind: CompletionKind, place: ValuePlace): Promise<Proposal> {
  const { context } = place
  if (kind === 'none') return NOTHING
  if (kind === 'file') return { candidates: [], shell: 'files' }
  if (kind === 'folder') return { candidates: [], shell: 'folders' }
  if (kind === 'target') return { candidates: await environments(context), shell: 'files' }
  return { candidates: await candidatesOf[kind](place) }
}

const candidatesOf: Readonly<
  Record<'environment' | 'recipient' | 'path' | 'format', (place: ValuePlace) => Promise<readonly Candidate[]>>
> = {
  environment: ({ context }) => environments(context),
  recipient: ({ context }) => recipients(context),
  path: pathCandidates,
  format: async () => formatNames().map((value) => ({ value, description: 'format' })),
}

async function environments(context: CommandContext): Promise<readonly Candidate[]> {
  const project = await projectOrNone(context)
  return (project?.environments ?? []).map(({ name }) => ({ value: name, description: 'environment' }))
}

async function recipients(context: CommandContext): Promise<readonly Candidate[]> {
  const project = await projectOrNone(context)
  return [...(project?.recipients.values() ?? [])].map(({ name, reference }) => ({
    value: name,
    description: reference.length > 40 ? `${reference.slice(0, 39)}…` : reference,
  }))
}

/** A configuration that cannot be read proposes nothing; the command itself will say why. */
async function projectOrNone(context: CommandContext): ReturnType<CommandContext['projectIfAny']> {
  return context.projectIfAny().catch(() => undefined)
}
