import { SecretsError } from '../../core/errors.ts'
import { sealAgeFile } from '../age/age-file.ts'
import { ageProvider } from '../age/age-provider.ts'
import { isHybridRecipient } from '../age/hybrid.ts'
import { parseX25519Recipient, wrapForX25519 } from '../age/x25519.ts'
import type { KeyProvider } from '../key-provider.ts'

/** No other `1` behind the prefix: `age1name1…` belongs to a plugin (sops `parseRecipient`). */
const PATTERN = '^age1(?:pq1)?[^1]*$'

/** age keys: X25519 (`age1…`) and post-quantum hybrid (`age1pq1…`). */
export const provider: KeyProvider = ageProvider({
  id: 'age',
  summary: 'age keys, post-quantum ones too',
  pattern: PATTERN,
  canonical,
  seal,
})

function canonical(reference: string): string {
  const text = reference.trim()
  if (parseX25519Recipient(text) !== undefined || isHybridRecipient(text)) return text
  throw new SecretsError('BAD_RECIPIENT', 'an age recipient that is mistyped or cut off (its checksum is wrong)', {
    hint: 'copy the whole line that begins with age1 from the output of `secrets keygen`',
  })
}

async function seal(recipient: string, dataKey: Uint8Array): Promise<Uint8Array> {
  try {
    const classic = parseX25519Recipient(recipient)
    if (classic !== undefined) return sealAgeFile(dataKey, (fileKey) => wrapForX25519(classic, fileKey))
    const { sealForHybrid } = await import('../age/post-quantum.ts')
    return await sealForHybrid(recipient, dataKey)
  } catch {
    throw new SecretsError('BAD_RECIPIENT', 'an age recipient whose public key is no valid one', {
      hint: 'ask its owner for the output of `secrets keygen` again',
    })
  }
}
