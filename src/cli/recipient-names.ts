import type { Keyring } from '../keys/keyring.ts'
import { canonicalNames } from '../project/differences.ts'
import type { Project } from '../project/model.ts'

/**
 * What the configuration calls recipients, by canonical reference: all that it names, and those of `recipients` that it
 * writes another way, a key with another comment for instance.
 */
export async function recipientNames(
  recipients: readonly string[],
  project: Project,
  keyring: Pick<Keyring, 'canonical' | 'known'>,
): Promise<ReadonlyMap<string, string>> {
  const names = await canonicalNames(project, keyring)
  const known = await keyring.known(recipients, [...names.keys()])
  const found = recipients.map((recipient, index) => [recipient, names.get(known[index] ?? recipient)] as const)
  return new Map([
    ...names,
    ...found.flatMap(([recipient, name]) => (name === undefined ? [] : [[recipient, name] as const])),
  ])
}
