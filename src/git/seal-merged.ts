/** Encrypting the result of a merge, with the ciphertext of the side that each value comes from. */

import { sameReferences } from '../core/merge/merge-recipients.ts'
import type { OpenText } from '../core/open-text.ts'
import { reseal } from '../core/reseal.ts'
import { sameSelection } from '../core/selection.ts'
import { verifySealed } from '../project/verify-sealed.ts'
import { type MergedMetadata, sameKey } from './merge-metadata.ts'
import type { OpenVersion, Versions } from './merge-versions.ts'

/** What encrypting a result needs. */
export interface SealMergedOptions {
  readonly versions: Versions<OpenVersion>
  readonly metadata: MergedMetadata
  readonly now: Date
}

/** One result of a merge. */
export interface MergeResult {
  readonly plain: Uint8Array
  /** Whose selection holds where both changed it. */
  readonly selection: 'ours' | 'theirs'
}

/** Encrypts a merged plain content; a side that it does not differ from, in its metadata neither, is given back as it is. Throws as `sealResult`. */
export async function sealMerged(plain: Uint8Array, options: SealMergedOptions): Promise<Uint8Array> {
  const { ours, theirs } = options.versions
  const same = [ours, theirs].find((side) => isResult(side, plain, options.metadata))
  return same === undefined ? sealResult({ plain, selection: 'ours' }, options) : same.bytes
}

/** Encrypts a result with a new MAC, and opens it again to be sure. Throws what sealing throws. */
export async function sealResult(
  { plain, selection }: MergeResult,
  { versions, metadata, now }: SealMergedOptions,
): Promise<Uint8Array> {
  const { dataKey, isNewKey, groups, shamirThreshold, macOnlyEncrypted } = metadata
  const sealed = await reseal(openWithBoth(versions, dataKey, isNewKey), plain, {
    now,
    metadata: { groups, shamirThreshold, macOnlyEncrypted, selection: metadata.selection[selection] },
    ...(isNewKey ? { dataKey } : {}),
  })
  await verifySealed({ format: versions.ours.format, plain, sealed, dataKey })
  return sealed
}

function isResult(
  side: OpenVersion,
  plain: Uint8Array,
  { dataKey, references, shamirThreshold, macOnlyEncrypted, selection }: MergedMetadata,
): boolean {
  if (side.sealed === undefined || !sameKey(side.open?.dataKey, dataKey)) return false
  const { metadata } = side.sealed
  return (
    Buffer.compare(side.plain, plain) === 0 &&
    sameReferences(side.references, references) &&
    metadata.shamirThreshold === shamirThreshold &&
    metadata.macOnlyEncrypted === macOnlyEncrypted &&
    sameSelection(metadata.selection, selection.ours)
  )
}

/**
 * One opened file with the ciphertext of both sides, ours first; its MAC counts for nothing. The result is sealed only if
 * all sides are: a seal vouches for what both brought in.
 */
function openWithBoth({ ours, theirs }: Versions<OpenVersion>, dataKey: Uint8Array, isNewKey: boolean): OpenText {
  const sides = [ours, theirs].flatMap(({ open }) => open ?? [])
  const withKey = sides.filter((open) => sameKey(open.dataKey, dataKey))
  const [main] = isNewKey ? sides : withKey
  if (main === undefined) throw new Error('a merge without an encrypted side')
  const seal = sides.every((open) => open.seal === 'right') ? 'right' : 'missing'
  return { ...main, verified: false, seal, replacements: withKey.flatMap((open) => open.replacements) }
}
