/** Encrypting the plain solution of a conflict, whoever made it. */

import type { Keyring } from '../keys/keyring.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { openVersions, readVersions, type Versions } from './merge-versions.ts'
import { sealMerged } from './seal-merged.ts'

/** What sealing needs beside the versions. */
export interface SealSolutionOptions {
  /** Path of the file, which says its format where the content does not. */
  readonly path: string
  readonly keyring: Keyring
  readonly now: Date
}

/**
 * The encrypted form of a solution: with the ciphertext of the side that each value comes from, and with both sides' recipients and
 * data keys merged, so that nobody whom one side removed comes back with the other side's values. Undefined where neither side is
 * encrypted. Throws what reading, opening, merging metadata and sealing throw.
 */
export async function sealSolution(
  plain: Uint8Array,
  bytes: Versions<Uint8Array>,
  { path, keyring, now }: SealSolutionOptions,
): Promise<Uint8Array | undefined> {
  const read = await readVersions(path, bytes)
  if (read.ours.sealed === undefined && read.theirs.sealed === undefined) return undefined
  const versions = await openVersions(read, keyring)
  const metadata = await mergeMetadata(versions, keyring, async (references) => references)
  return sealMerged(plain, { versions, metadata, now })
}
