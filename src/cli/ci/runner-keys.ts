import { findIdentities } from '../../keys/age/find-identities.ts'
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

/** The age keys that the runner holds; key services do not say who one is. Throws only when the user interrupts. */
export async function runnerKeys(context: CommandContext): Promise<readonly RunnerKey[]> {
  const sources = await findIdentities(context.keyContext)
  const recipients = [...new Set(sources.flatMap((source) => source.recipients))]
  const project = await context.projectIfAny()
  const names = project === undefined ? undefined : await recipientNames(recipients, project, await context.keyring())
  return recipients.map((recipient) => ({ recipient, name: names?.get(recipient) }))
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
