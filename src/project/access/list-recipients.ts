import type { Keyring } from '../../keys/keyring.ts'
import { keyProviders } from '../../keys/providers/registry.ts'
import type { Project } from '../model.ts'
import { fingerprint } from './fingerprint.ts'

/** A recipient of a configuration. */
export interface ListedRecipient {
  readonly name: string
  /** Canonical, or as written where no key provider understands it. */
  readonly reference: string
  /** The id of its key provider: `age`, `aws-kms`. */
  readonly kind: string
  readonly fingerprint: string
  /** Environments that name it. */
  readonly environments: readonly string[]
  /** Whether a key provider understands it. */
  readonly usable: boolean
}

/** All recipients of a configuration, in its order. */
export async function listRecipients(
  project: Project,
  keyring: Pick<Keyring, 'canonical'>,
): Promise<readonly ListedRecipient[]> {
  return Promise.all(
    [...project.recipients.values()].map(async ({ name, reference: written }) => {
      const canonical = await keyring.canonical(written).catch(() => undefined)
      const reference = canonical ?? written
      const environments = project.environments
        .filter(({ groups }) => groups.flat().includes(name))
        .map((environment) => environment.name)
      const usable = canonical !== undefined
      return { name, reference, kind: kindOf(reference), fingerprint: fingerprint(reference), environments, usable }
    }),
  )
}

/** The id of the key provider that a reference belongs to. */
export function kindOf(reference: string): string {
  return keyProviders.find(({ pattern }) => new RegExp(pattern).test(reference))?.id ?? 'unknown'
}
