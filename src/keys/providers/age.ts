import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import { sealAgeFile } from '../age/age-file.ts'
import { encodeArmor } from '../age/armor.ts'
import { isHybridRecipient } from '../age/hybrid.ts'
import { openAgeEntries } from '../age/open-age-entries.ts'
import { parseX25519Recipient, wrapForX25519 } from '../age/x25519.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'

/** No other `1` behind the prefix: `age1name1…` belongs to a plugin (sops `parseRecipient`). */
const PATTERN = '^age1(?:pq1)?[^1]*$'

/** age keys: X25519 (`age1…`) and post-quantum hybrid (`age1pq1…`). */
export const provider: KeyProvider = {
  id: 'age',
  summary: 'age keys, post-quantum ones too',
  list: 'age',
  remote: false,
  pattern: PATTERN,
  canonical,
  referenceOf,
  wrap,
  unwrap: (entry: KeyEntry, context: KeyContext): Promise<Unwrapped> => openAgeEntries([entry], context),
  unwrapAny: openAgeEntries,
}

function canonical(reference: string): string {
  const text = reference.trim()
  if (parseX25519Recipient(text) !== undefined || isHybridRecipient(text)) return text
  throw new SecretsError('BAD_RECIPIENT', 'an age recipient that is mistyped or cut off (its checksum is wrong)', {
    hint: 'copy the whole line that begins with age1 from the output of `secrets keygen`',
  })
}

function referenceOf(entry: KeyEntry): string | undefined {
  const { recipient } = entry.fields
  if (entry.kind !== 'age' || typeof recipient !== 'string') return undefined
  const text = recipient.trim()
  return new RegExp(PATTERN).test(text) ? text : undefined
}

async function wrap(reference: string, dataKey: Uint8Array): Promise<KeyEntry> {
  const recipient = canonical(reference)
  return { kind: 'age', fields: { enc: encodeArmor(await seal(recipient, dataKey)), recipient } }
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
