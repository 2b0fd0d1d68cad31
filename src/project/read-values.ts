import { withPlace } from '../core/errors.ts'
import type { Entry, OpenText } from '../core/open-text.ts'
import { readPlain } from '../core/sealed-text.ts'
import { selectorOf } from '../core/selection.ts'
import { pathOf, walk } from '../core/walk.ts'
import type { Keyring } from '../keys/keyring.ts'
import { isInClear, openSecretFile, type SecretFile } from './secret-file.ts'

/** What a file says in clear. */
export type FileValues = Pick<OpenText, 'content' | 'entries'>

/**
 * The values of a file: decrypted, or as they lie in the work tree where their environment is checked out decrypted; that
 * takes no key. Throws what `openSecretFile` and `readPlain` throw, with the file as place.
 */
export async function readValues(file: SecretFile, keyring: () => Promise<Keyring>): Promise<FileValues> {
  return isInClear(file) ? valuesInClear(file) : openSecretFile(file, await keyring())
}

async function valuesInClear({ target, format, bytes }: SecretFile): Promise<FileValues> {
  return withPlace({ file: target.shown }, async () => {
    const { parsed } = readPlain(format, bytes)
    const selector = await selectorOf(format, target.environment?.selection ?? { by: 'none' })
    const entries: Entry[] = []
    walk(parsed.documents, selector, {
      value: ({ trail, document, node, selected }) => {
        entries.push({ path: pathOf(trail), document, scalar: node.scalar, encrypted: selected, unprotected: false })
      },
    })
    return { content: bytes, entries }
  })
}
