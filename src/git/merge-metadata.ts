/** Data key and metadata of a merged file. */
import { randomBytes } from 'node:crypto'
import { SecretsError } from '../core/errors.ts'
import { mergeField, mergeRecipients, type References, sameReferences } from '../core/merge/merge-recipients.ts'
import type { KeyEntry, KeyGroup, Metadata, Selection } from '../core/metadata-model.ts'
import { sameSelection } from '../core/selection.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { OpenVersion, Versions } from './merge-versions.ts'

/** What the merged file is encrypted with, and how. */
export interface MergedMetadata {
  readonly dataKey: Uint8Array
  /** Whether no version has this data key: then no ciphertext can be kept. */
  readonly isNewKey: boolean
  readonly references: References
  readonly groups: readonly KeyGroup[]
  readonly shamirThreshold: number
  readonly macOnlyEncrypted: boolean
  /** Two where both sides changed it in different ways. */
  readonly selection: { readonly ours: Selection; readonly theirs: Selection }
}

const DATA_KEY_BYTES = 32

/**
 * Merges who can open the file, and how it is encrypted. Where one side changed the data key, its key is taken; where somebody who was
 * removed knows that one too, a new one is made. `judged` may leave recipients out. Throws `NO_RECIPIENTS` when nobody is left of all, or of
 * a key group that would not be asked any more, and what
 * `judged` and `wrap` throw.
 */
export async function mergeMetadata(
  versions: Versions<OpenVersion>,
  keyring: Keyring,
  judged: (references: References) => Promise<References>,
): Promise<MergedMetadata> {
  const { base, ours, theirs } = versions
  const sides = [ours, theirs].filter(({ open }) => open !== undefined)
  const [only, other] = sides
  const merged =
    other === undefined
      ? (only?.references ?? [])
      : mergeRecipients({
          base: base?.references ?? [],
          ours: ours.references,
          theirs: theirs.references,
        })
  const references = (await judged(merged)).filter((group) => group.length > 0)
  if (references.length === 0) {
    throw new SecretsError('NO_RECIPIENTS', 'the two sides removed all recipients between them')
  }
  const isDropped = references.flat().length < merged.flat().length
  const key = isDropped ? newKey() : dataKeyOf(versions, references)
  const shamirThreshold = threshold(versions)
  if (references.length < Math.max(shamirThreshold, Math.min(...sides.map((side) => side.references.length)))) {
    throw new SecretsError('NO_RECIPIENTS', 'the two sides removed all recipients of a key group between them')
  }
  return {
    ...key,
    references,
    shamirThreshold,
    groups: await groupsFor({ references, sides, shamirThreshold, ...key }, keyring),
    macOnlyEncrypted: field(versions, (metadata) => metadata.macOnlyEncrypted, Object.is).ours,
    selection: field(versions, (metadata) => metadata.selection, sameSelection),
  }
}

/** Whether two data keys are the same. */
export function sameKey(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a !== undefined && b !== undefined && Buffer.compare(a, b) === 0
}

function dataKeyOf(
  { base, ours, theirs }: Versions<OpenVersion>,
  references: References,
): Pick<MergedMetadata, 'dataKey' | 'isNewKey'> {
  const [inBase, inOurs, inTheirs] = [base, ours, theirs].map((version) => version?.open?.dataKey)
  const chosen = inOurs === undefined || (inTheirs !== undefined && sameKey(inOurs, inBase)) ? inTheirs : inOurs
  if (chosen === undefined) throw new Error('a merge without an encrypted side')
  const rotated = inOurs !== undefined && inTheirs !== undefined && !sameKey(inOurs, inTheirs)
  const merged = new Set(references.flat())
  const holders = [ours, theirs].filter(({ open }) => sameKey(open?.dataKey, chosen)).flatMap((side) => side.references)
  const knownToRemoved = holders.flat().some((reference) => !merged.has(reference))
  return rotated && knownToRemoved ? newKey() : { dataKey: chosen, isNewKey: false }
}

function newKey(): Pick<MergedMetadata, 'dataKey' | 'isNewKey'> {
  return { dataKey: randomBytes(DATA_KEY_BYTES), isNewKey: true }
}

/** Where both sides changed it, the one that asks for more groups; 0 asks for all of them. */
function threshold(versions: Versions<OpenVersion>): number {
  const { ours, theirs } = field(versions, (metadata) => metadata.shamirThreshold, Object.is)
  return ours === 0 || theirs === 0 ? 0 : Math.max(ours, theirs)
}

/** A field of the metadata for each result; the same one unless both sides changed it. */
function field<Value>(
  { base, ours, theirs }: Versions<OpenVersion>,
  read: (metadata: Metadata) => Value,
  same: (a: Value, b: Value) => boolean,
): { readonly ours: Value; readonly theirs: Value } {
  const [inOurs, inTheirs] = [
    ours.sealed?.metadata ?? theirs.sealed?.metadata,
    theirs.sealed?.metadata ?? ours.sealed?.metadata,
  ]
  if (inOurs === undefined || inTheirs === undefined) throw new Error('a merge without an encrypted side')
  const inBase = base?.sealed?.metadata
  const values = { ours: read(inOurs), theirs: read(inTheirs) }
  if (inBase === undefined)
    return same(values.ours, values.theirs) ? { ours: values.ours, theirs: values.ours } : values
  const merged = mergeField({ base: read(inBase), ...values }, same)
  return merged === undefined ? values : { ours: merged, theirs: merged }
}

interface GroupParts extends Pick<MergedMetadata, 'dataKey' | 'isNewKey' | 'references' | 'shamirThreshold'> {
  readonly sides: readonly OpenVersion[]
}

/** Wrapped keys that are there already are kept: they may come from a key service, or have been made by somebody else. */
async function groupsFor(parts: GroupParts, keyring: Keyring): Promise<readonly KeyGroup[]> {
  const { references, sides, dataKey, shamirThreshold } = parts
  const withKey = sides.filter(({ open }) => sameKey(open?.dataKey, dataKey))
  // Shares of another threshold would be joined by fewer groups than the metadata ask for.
  const same = withKey.find(
    (side) => sameReferences(side.references, references) && side.sealed?.metadata.shamirThreshold === shamirThreshold,
  )
  if (same?.sealed !== undefined) return same.sealed.metadata.groups
  const [only, ...others] = references
  if (only === undefined || others.length > 0 || withKey.some((side) => side.references.length > 1)) {
    return keyring.wrap(dataKey, references, shamirThreshold)
  }
  const known = new Map<string, KeyEntry>(withKey.flatMap(wrappedKeys))
  const missing = only.filter((reference) => !known.has(reference))
  const [added = []] = missing.length === 0 ? [] : await keyring.wrap(dataKey, [missing], 0)
  const kept = only.flatMap((reference) => known.get(reference) ?? [])
  return [[...kept, ...added]]
}

function wrappedKeys({ references, sealed }: OpenVersion): (readonly [string, KeyEntry])[] {
  const [names = []] = references
  const [entries = []] = sealed?.metadata.groups ?? []
  return names.flatMap((name, index) => {
    const entry = entries[index]
    return entry === undefined ? [] : [[name, entry] as const]
  })
}
