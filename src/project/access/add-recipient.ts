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
  readonly keyring: Pick<Keyring, 'canonical'>
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
    const same = (await keyring.canonical(known.reference).catch(() => known.reference)) === canonical
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

function taken(message: string, hint: string): SecretsError {
  return new SecretsError('ALREADY_EXISTS', message, { hint })
}
