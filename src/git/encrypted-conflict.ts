/** Conflicts of encrypted files, as git puts them into the work tree. */
import { markedVersions } from '../core/merge/conflict-markers.ts'
import { readSealed } from '../core/sealed-text.ts'
import { findFormat } from '../formats/find-format.ts'
import { encryptionState } from '../project/encryption-state.ts'

/**
 * Whether a text with conflict markers shows nothing in clear that should be encrypted: each version that was put between the
 * markers is an encrypted file, with ciphertext for every value. Never throws: what cannot be read is not known to be encrypted.
 */
export async function isEncryptedConflict(path: string, content: Uint8Array): Promise<boolean> {
  const versions = markedVersions(Buffer.from(content).toString('utf8'))
  if (versions === undefined) return false
  const { base, ours, theirs } = versions
  const all = await Promise.all([ours, theirs, ...(base === undefined ? [] : [base])].map((one) => isAll(path, one)))
  return !all.includes(false)
}

async function isAll(path: string, text: string): Promise<boolean> {
  try {
    const content = Buffer.from(text, 'utf8')
    const state = await encryptionState(readSealed(await findFormat(path, { content }), content))
    return state.plainValues.length + state.plainComments.length === 0
  } catch {
    return false
  }
}
