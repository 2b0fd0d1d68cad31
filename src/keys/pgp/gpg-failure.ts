import { printable } from '../printable.ts'
import type { GpgResult } from './run-gpg.ts'

/** What gpg does not do, in words, and what helps. */
export interface GpgFailure {
  readonly what: string
  readonly advice: string
}

const NO_GPG: GpgFailure = {
  what: 'gpg was not found',
  advice: 'install GnuPG, or name the program in SECRETS_GPG_EXEC',
}

const STOPPED: GpgFailure = {
  what: 'gpg did not answer in time and was stopped',
  advice: 'see that gpg-agent can ask for the passphrase: export GPG_TTY=$(tty)',
}

/** What gpg says is wrong, by words of its status lines (doc/DETAILS of GnuPG), the first that fits. */
const REASONS: readonly (readonly [RegExp, GpgFailure])[] = [
  [
    /^INV_RECP 1 /,
    {
      what: 'gpg does not have the public key',
      advice: 'import it: gpg --import, or gpg --recv-keys with the fingerprint',
    },
  ],
  [
    /^KEYEXPIRED|^INV_RECP 5 /,
    { what: 'the key has expired', advice: 'ask its owner to extend it, and import it again' },
  ],
  [/^KEYREVOKED|^INV_RECP 4 /, { what: 'the key was revoked', advice: 'remove the recipient, or name its new key' }],
  [
    /^INV_RECP /,
    {
      what: 'the key cannot be used to encrypt',
      advice: 'see `gpg --list-keys`: it may have expired, be revoked or lack a sub key',
    },
  ],
  [
    /BAD_PASSPHRASE|^ERROR pkdecrypt_failed (?:11|67108875|33554443)\b/,
    {
      what: 'gpg was given a wrong passphrase',
      advice: 'try again; gpgconf --kill gpg-agent forgets a remembered one',
    },
  ],
  [
    /^CANCELED_BY_USER|^ERROR pkdecrypt_failed (?:99|83886179)\b/,
    { what: 'the question for the passphrase was cancelled', advice: 'try again' },
  ],
  [
    /^ERROR pkdecrypt_failed/,
    {
      what: 'gpg-agent could not use the secret key',
      advice: 'see that it can ask for the passphrase: export GPG_TTY=$(tty)',
    },
  ],
  [
    /^NO_SECKEY/,
    { what: 'gpg has no secret key for it', advice: 'import the secret key, or connect the card that holds it' },
  ],
  [
    /^NODATA|^BADARMOR|^BADMDC|^DECRYPTION_FAILED/,
    { what: 'the PGP message is damaged', advice: 'restore the file from git' },
  ],
]

/** Why gpg did not do what it was asked. Nothing of a message is in it. */
export function gpgFailure(result: GpgResult | undefined): GpgFailure {
  if (result === undefined) return NO_GPG
  if (result.status === null) return STOPPED
  const known = REASONS.find(([pattern]) => result.statusLines.some((line) => pattern.test(line)))
  if (known !== undefined) return known[1]
  const remark = printable(result.remarks.at(-1) ?? '')
  return {
    what: `gpg ended with status ${result.status}${remark === '' ? '' : `: ${remark}`}`,
    advice: 'see that gpg works by itself: gpg --list-keys',
  }
}
