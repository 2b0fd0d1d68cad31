import type { KeyEntry } from '../../core/metadata-model.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'
import { encodeArmor } from './armor.ts'
import { openAgeEntries } from './open-age-entries.ts'

/** What is different between kinds of age recipients. */
export interface AgeKind {
  readonly id: string
  readonly summary: string
  /** Matches the kind's recipients and no other's. */
  readonly pattern: string
  /** As `KeyProvider.canonical`. */
  readonly canonical: (reference: string) => string
  /** An age file of the data key for a canonical recipient; throws `BAD_RECIPIENT`, or what a plugin reports. */
  readonly seal: (recipient: string, dataKey: Uint8Array, context: KeyContext) => Promise<Uint8Array>
}

/** The provider of a kind: all are stored alike, and opened together with every identity that there is. */
export function ageProvider({ id, summary, pattern, canonical, seal }: AgeKind): KeyProvider {
  const isOwn = new RegExp(pattern)
  return {
    id,
    summary,
    list: 'age',
    remote: false,
    pattern,
    canonical,
    referenceOf: (entry) => {
      const { recipient } = entry.fields
      const text = entry.kind === 'age' && typeof recipient === 'string' ? recipient.trim() : ''
      return isOwn.test(text) ? text : undefined
    },
    wrap: async (reference, dataKey, context): Promise<KeyEntry> => {
      const recipient = canonical(reference)
      return { kind: 'age', fields: { enc: encodeArmor(await seal(recipient, dataKey, context)), recipient } }
    },
    unwrap: (entry, context): Promise<Unwrapped> => openAgeEntries([entry], context),
    unwrapAny: openAgeEntries,
  }
}
