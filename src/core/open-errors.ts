/** Why a secret file is refused. None of these quotes what stands in it. */
import { type Place, SecretsError } from './errors.ts'

const RESTORE = 'restore the file from git, or read what is left of it with `secrets recover FILE`'

/** A value or comment that does not authenticate at its place. */
export function damaged(kind: 'scalar' | 'comment', place: Place): SecretsError {
  const what = kind === 'comment' ? 'an encrypted comment' : 'an encrypted value'
  return new SecretsError('VALUE_DAMAGED', `${what} is damaged, or was moved here from another place`, {
    place,
    hint: RESTORE,
  })
}

/** A value in clear that the selection wants encrypted. */
export function standsInClear(place: Place): SecretsError {
  return new SecretsError('VALUE_DAMAGED', 'a value stands in clear where an encrypted one is expected', {
    place,
    hint: 'encrypt it with `secrets encrypt FILE`',
  })
}

/** Values that were not written together. */
export function macMismatch(): SecretsError {
  const happened = 'values were added, removed, reordered or changed by hand'
  return new SecretsError('MAC_MISMATCH', `the MAC does not match: ${happened}`, {
    hint: `${RESTORE}; change values with \`secrets edit\` or \`secrets set\``,
  })
}
