import type { KeyEntry } from '../../core/metadata-model.ts'
import type { KeyContext, Unwrapped } from '../key-provider.ts'
import { ageIdentitySources } from './identity-sources.ts'
import { openEntries } from './open-entries.ts'

/**
 * Opens whichever of these entries of sops's `age` list it can: for age keys, SSH keys and plugins alike, because
 * any identity may open any of them (a plugin may hold an SSH key). SSH keys come last, since they are found without
 * being named and may ask for a passphrase; they are not looked for unless an entry is for one.
 */
export async function openAgeEntries(entries: readonly KeyEntry[], context: KeyContext): Promise<Unwrapped> {
  // The same for each of a thousand files.
  const sources = await context.once('age identity sources', async () => ageIdentitySources(context))
  if (!entries.some(isForSsh)) return openEntries(entries, sources)
  const { sshIdentitySources } = await import('../ssh/ssh-identity-sources.ts')
  return openEntries(entries, [...sources, ...sshIdentitySources(context)])
}

function isForSsh({ fields }: KeyEntry): boolean {
  const { recipient } = fields
  return typeof recipient === 'string' && recipient.trim().startsWith('ssh-')
}
