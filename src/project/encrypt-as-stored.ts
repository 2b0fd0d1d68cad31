import { withPlace } from '../core/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { EncryptedFile } from './encrypt-files.ts'
import { encryptionState } from './encryption-state.ts'
import { refuseUnexpectedRecipients } from './expected-recipients.ts'
import type { Project } from './model.ts'
import { sealPlainFile } from './plain-file.ts'
import { changeOf, openSecretFile, type SecretFile, sealedOf, secretFileOf } from './secret-file.ts'

/** A file that lies in clear, and what git has of it. */
export interface InClearFile {
  readonly file: SecretFile
  readonly stored: Uint8Array
}

/** What encrypting it needs. */
export interface AsStoredOptions {
  readonly project: Project | undefined
  readonly keyring: () => Promise<Keyring>
  readonly now: () => Date
}

/**
 * Encrypts a file in clear to what git has of it, or, where it was changed since, as git would: under the same data key, with
 * the ciphertext of all values that are the same. Writes nothing. Throws `CANNOT_OPEN`, `UNEXPECTED_RECIPIENT` and what else
 * opening and sealing throw, with the file as place.
 */
export async function encryptAsStored({ file, stored }: InClearFile, options: AsStoredOptions): Promise<EncryptedFile> {
  const { target, format, bytes } = file
  return withPlace({ file: target.shown }, async () => {
    const before = await secretFileOf(target, stored)
    const keyring = await options.keyring()
    await refuseUnexpectedRecipients(before, { project: options.project, keyring })
    const open = await openSecretFile(before, keyring)
    const { selection } = open.sealed.metadata
    const plain = {
      target,
      format,
      content: open.content,
      selection,
      existing: { file: before, open },
      rule: undefined,
    }
    const change = await sealPlainFile(plain, bytes, options)
    const content = change?.content ?? stored
    const { encrypted } = await encryptionState(sealedOf(await secretFileOf(target, content)))
    const written = { ...change, ...changeOf(file, content), clear: 'old' } as const
    return { target, outcome: 'encrypted', content, encrypted, normalized: [], replaced: [], change: written }
  })
}
