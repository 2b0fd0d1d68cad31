import { type FoundSource, findIdentities, lookInto } from '../../keys/age/find-identities.ts'
import { HOLDS_NOTHING, NOT_FOUND } from '../../keys/age/identity-source.ts'
import { NOT_SET } from '../../keys/key-provider.ts'
import type { Environment, Project } from '../../project/model.ts'
import type { CommandContext } from '../context.ts'
import { recipientNames } from '../recipient-names.ts'

/** A key that the runner holds. */
export interface RunnerKey {
  /** As the configuration names it. */
  readonly name: string | undefined
  /** Its public part. */
  readonly recipient: string
}

/** All that the runner holds. */
export interface RunnerKeys {
  readonly known: readonly RunnerKey[]
  /** Where keys are that do not say whose they are: those of plugins, and what cannot be used as one. */
  readonly unknown: readonly { readonly source: string; readonly problem: string | undefined }[]
}

/**
 * The age keys that the runner holds, and the SSH keys that variables name. Key services do not say who one is, and what is in `~/.ssh`
 * need not be for this. Throws only when the user interrupts.
 */
export async function runnerKeys(context: CommandContext): Promise<RunnerKeys> {
  const { namedSshIdentitySources } = await import('../../keys/ssh/ssh-identity-sources.ts')
  const { keyContext } = context
  const sources = [...(await findIdentities(keyContext)), ...(await lookInto(namedSshIdentitySources(keyContext)))]
  const recipients = [...new Set(sources.flatMap((source) => source.recipients))]
  const project = await context.projectIfAny()
  const names = project === undefined ? undefined : await recipientNames(recipients, project, await context.keyring())
  return {
    known: recipients.map((recipient) => ({ recipient, name: names?.get(recipient) })),
    unknown: sources.filter(holdsUnknown).map(({ source, problem }) => ({ source, problem })),
  }
}

/** A variable or a file that was left empty, because its secret was withheld, holds nothing. */
function holdsUnknown({ plugins, problem }: FoundSource): boolean {
  return plugins.length > 0 || (problem !== undefined && ![NOT_SET, NOT_FOUND, HOLDS_NOTHING].includes(problem))
}

/** Names of the environments that keys open by the configuration: enough groups have one of them. */
export function environmentsOf(keys: readonly RunnerKey[], project: Project): readonly string[] {
  const names = new Set(keys.flatMap(({ name }) => name ?? []))
  return project.environments.filter((environment) => opens(names, environment)).map(({ name }) => name)
}

function opens(names: ReadonlySet<string>, { groups, threshold }: Environment): boolean {
  const open = groups.filter((group) => group.some((name) => names.has(name))).length
  return open > 0 && open >= (threshold === 0 ? groups.length : threshold)
}
