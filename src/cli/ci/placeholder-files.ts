import { closedEntries } from '../../core/closed-entries.ts'
import { withPlace } from '../../core/errors.ts'
import type { Entry } from '../../core/open-text.ts'
import { makePlaceholder } from '../../pipeline/placeholders/make-placeholder.ts'
import { type DecryptedFile, decryptFile } from '../../project/decrypt-files.ts'
import { FILES_AT_ONCE, inParallel } from '../../project/in-parallel.ts'
import { readSecretFile } from '../../project/secret-file.ts'
import type { TargetFile } from '../../project/targets.ts'
import type { CommandContext } from '../context.ts'

/**
 * Files as if they were decrypted, with placeholders for every encrypted value; what stands in clear is as it stands. No key
 * is used. Throws what reading files throws.
 */
export async function placeholderFiles(
  targets: readonly TargetFile[],
  context: CommandContext,
): Promise<readonly DecryptedFile[]> {
  const project = await context.projectIfAny()
  return inParallel(targets, FILES_AT_ONCE, async (target) => {
    const file = await readSecretFile(target, { project })
    const { sealed } = file
    // A file in clear takes no key.
    if (sealed === undefined) return decryptFile(file, { project, keyring: await context.keyring() })
    const entries = withPlace({ file: target.shown }, () =>
      closedEntries(sealed).map((closed): Entry => {
        const { path, document, clear } = closed
        return { path, document, scalar: clear ?? makePlaceholder(closed), encrypted: false, unprotected: false }
      }),
    )
    return {
      file,
      open: { content: new Uint8Array(), entries: await entries },
      content: new Uint8Array(),
      droppedComments: 0,
    }
  })
}
