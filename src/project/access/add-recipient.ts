import { SecretsError } from '../../core/errors.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { Project } from '../model.ts'
import { nameProblem } from '../names.ts'
import type { NewRecipient } from '../secretsrc-text.ts'
import { addRecipient } from '../write-secretsrc.ts'
import { refuseUnsuitable } from './recipient-text.ts'

/** What a new recipient is compared with. */
export interface KnownRecipients {
  readonly project: Project
  readonly keyring: Pick<Keyring, 'canonical' | 'known'>
}

/**
 * The text of a configuration with one more recipient; the same text when the name has this very key already. Throws `USAGE` for a
 * name that cannot be one, `BAD_RECIPIENT`, and `ALREADY_EXISTS` when the name has another key or the key another name.
 */
export async function withRecipient(
  text: string,
  { name, reference }: NewRecipient,
  { project, keyring }: KnownRecipients,
): Promise<string> {
  const wrong = nameProblem(name)
  if (wrong !== undefined) throw new SecretsError('USAGE', `no recipient can be called so: ${wrong}`)
  refuseUnsuitable(reference, name)
  const canonical = await keyring.canonical(reference)
  for (const known of project.recipients.values()) {
    const same = await areSame(canonical, known.reference, keyring)
    if (same && known.name === name) return text
    if (same) throw taken(`this key is in the configuration already, as ${known.name}`, 'use that name')
    if (known.name === name) {
      throw taken(
        `${name} has another key already`,
        'give the new key a name of its own, grant that, then revoke the old one',
      )
    }
  }
  return addRecipient(text, { name, reference: reference.trim() })
}

/** Whether one of the two stands for the other: an SSH key with another comment, a version of a key that is named without one. */
async function areSame(
  canonical: string,
  written: string,
  keyring: Pick<Keyring, 'canonical' | 'known'>,
): Promise<boolean> {
  const other = await keyring.canonical(written).catch(() => written)
  const [[known], [otherKnown]] = await Promise.all([
    keyring.known([canonical], [other]),
    keyring.known([other], [canonical]),
  ])
  return known === other || otherKnown === canonical
}

function taken(message: string, hint: string): SecretsError {
  return new SecretsError('ALREADY_EXISTS', message, { hint })
}
