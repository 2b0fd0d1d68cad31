/** Merging encrypted files by their ciphertext: what can be had where nothing decrypts them. */
import type { ParsedText } from '../core/format.ts'
import { mergeRecipients, type References, sameReferences } from '../core/merge/merge-recipients.ts'
import { type MergedText, mergeTexts } from '../core/merge/merge-texts.ts'
import { updatedMetadataValue } from '../core/metadata.ts'
import type { KeyEntry, KeyGroup, Metadata } from '../core/metadata-model.ts'
import { withMetadata } from '../core/reseal.ts'
import type { SealedText } from '../core/sealed-text.ts'
import { sameSelection, selectorOf } from '../core/selection.ts'
import { applyEdits } from '../core/tree.ts'
import { walk } from '../core/walk.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Versions } from './merge-versions.ts'

/** Two encrypted texts that differ in what could not be merged; `conflicts` says what that is. */
export interface MergedCiphertext extends MergedText {
  /** Whether the values could be merged, but belong to neither side's MAC. */
  readonly lacksMac: boolean
  /** Who can open the result. */
  readonly references: References
}

/**
 * Merges by ciphertext: under one data key, an equal value at one path has an equal ciphertext unless it was set anew. The MAC
 * of a side is kept where the values are that side's; where they are not the texts differ in the MAC. Undefined where the sides
 * cannot be compared like this: other data keys, selections or key groups.
 */
export async function mergeWithoutKey(
  versions: Versions<SealedText>,
  keyring: Pick<Keyring, 'references'>,
): Promise<MergedCiphertext | undefined> {
  const groups = await mergedGroups(versions, keyring)
  if (groups === undefined || !areComparable(versions)) return undefined
  const references = await keyring.references(groups)
  const { base, ours, theirs } = versions
  const texts = {
    ours: bareText(ours),
    theirs: bareText(theirs),
    base: base === undefined ? undefined : bareText(base),
  }
  const merged = mergeTexts(ours.format, texts)
  const owner = await ownerOfValues(versions, merged)
  if (owner !== undefined) {
    const text = withSideMetadata(merged.ours, owner, groups)
    return { ours: text, theirs: text, conflicts: [], lacksMac: false, references }
  }
  const lacksMac = merged.ours === merged.theirs
  return {
    ours: withSideMetadata(merged.ours, ours, groups),
    theirs: withSideMetadata(merged.theirs, lacksMac ? theirs : ours, groups),
    conflicts: merged.conflicts,
    lacksMac,
    references,
  }
}

function bareText({ parsed }: SealedText): string {
  return applyEdits(parsed.text, parsed.removeMetadata())
}

function areComparable({ base, ours, theirs }: Versions<SealedText>): boolean {
  const all = [ours, theirs, ...(base === undefined ? [] : [base])]
  return all.every((version) => sameRules(version.metadata, ours.metadata) && version.format.name === ours.format.name)
}

function sameRules(a: Metadata, b: Metadata): boolean {
  return (
    sameSelection(a.selection, b.selection) &&
    a.macOnlyEncrypted === b.macOnlyEncrypted &&
    a.shamirThreshold === b.shamirThreshold &&
    // One wrapped key that both have is proof of one data key.
    a.groups.flat().some((entry) => b.groups.flat().some((other) => spelled(entry) === spelled(other)))
  )
}

function spelled({ kind, fields }: KeyEntry): string {
  return JSON.stringify([kind, Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1))])
}

async function mergedGroups(
  { base, ours, theirs }: Versions<SealedText>,
  keyring: Pick<Keyring, 'references'>,
): Promise<readonly KeyGroup[] | undefined> {
  const names = (version: SealedText | undefined): Promise<References> =>
    version === undefined ? Promise.resolve([]) : keyring.references(version.metadata.groups)
  const [inBase, inOurs, inTheirs] = await Promise.all([names(base), names(ours), names(theirs)])
  const merged = mergeRecipients({ base: inBase, ours: inOurs, theirs: inTheirs })
  if (sameReferences(merged, inOurs)) return ours.metadata.groups
  if (sameReferences(merged, inTheirs)) return theirs.metadata.groups
  const [only, ...others] = merged
  if (only === undefined || others.length > 0 || inOurs.length > 1 || inTheirs.length > 1) return undefined
  const known = new Map<string, KeyEntry>()
  const collect = (references: References, { metadata }: SealedText): void => {
    references.flat().forEach((reference, index) => {
      const entry = metadata.groups.flat()[index]
      if (entry !== undefined) known.set(reference, entry)
    })
  }
  collect(inTheirs, theirs)
  collect(inOurs, ours)
  return [only.flatMap((reference) => known.get(reference) ?? [])]
}

/** The side whose MAC covers the merged values: they are its own, in its order. */
async function ownerOfValues(
  { ours, theirs }: Versions<SealedText>,
  merged: MergedText,
): Promise<SealedText | undefined> {
  if (merged.ours !== merged.theirs) return undefined
  const values = await coveredValues(ours.format.parse(merged.ours), ours)
  for (const side of [ours, theirs]) {
    if ((await coveredValues(side.parsed, side)) === values) return side
  }
  return undefined
}

async function coveredValues(parsed: ParsedText, { format, metadata }: SealedText): Promise<string> {
  const selector = await selectorOf(format, metadata.selection)
  const values: string[] = []
  walk(parsed.documents, selector, {
    value: ({ node, selected }) => {
      if (selected || !metadata.macOnlyEncrypted) values.push(`${node.scalar.type}:${String(node.scalar.canonical)}`)
    },
  })
  return JSON.stringify(values)
}

/** The seal of a side is kept where all is that side's to the byte; without a key there is no other. */
function withSideMetadata(text: string, side: SealedText, groups: readonly KeyGroup[]): string {
  const withSealOf = (seal: string): string => {
    const value = updatedMetadataValue(side.source, { ...side.metadata, groups, seal })
    return withMetadata({ sealed: side, parsed: side.format.parse(text), edits: [], value })
  }
  const whole = withSealOf(side.metadata.seal)
  return whole === side.parsed.text ? whole : withSealOf('')
}
