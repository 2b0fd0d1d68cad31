/** The versions of a file that are to be merged: read, and opened where they are encrypted. */

import { isSecretsError } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { type References } from '../core/merge/merge-recipients.ts'
import { type OpenOptions, type OpenText, openSealed } from '../core/open-text.ts'
import type { SealedText } from '../core/sealed-text.ts'
import type { Keyring } from '../keys/keyring.ts'
import { openingSubject } from '../project/opening-subject.ts'
import { secretFileOf } from '../project/secret-file.ts'

/** Three versions of a file, as they were committed. `base` is undefined where both sides added the file. */
export interface Versions<Version> {
  readonly base: Version | undefined
  readonly ours: Version
  readonly theirs: Version
}

/** One version, not opened. */
export interface ReadVersion {
  /** Of the file, as git names it. */
  readonly path?: string
  readonly bytes: Uint8Array
  readonly format: Format
  /** Undefined for one that is not encrypted. */
  readonly sealed: SealedText | undefined
}

/** One version with its plain content. */
export interface OpenVersion extends ReadVersion {
  readonly plain: Uint8Array
  readonly open: OpenText | undefined
  /** Who can open it; empty for one that is not encrypted. */
  readonly references: References
}

/** Reads three versions. `path` says the format where the content does not. Throws what reading throws. */
export async function readVersions(path: string, bytes: Versions<Uint8Array>): Promise<Versions<ReadVersion>> {
  return {
    base: bytes.base === undefined ? undefined : await readOne(path, bytes.base),
    ours: await readOne(path, bytes.ours),
    theirs: await readOne(path, bytes.theirs),
  }
}

/** Opens three versions. Throws `CANNOT_OPEN`, `VALUE_DAMAGED`, `MAC_MISMATCH` and what opening throws. */
export async function openVersions(versions: Versions<ReadVersion>, keyring: Keyring): Promise<Versions<OpenVersion>> {
  const ours = await openOne(versions.ours, keyring, [])
  const theirs = await openOne(versions.theirs, keyring, [])
  const known = [ours, theirs].flatMap(({ open }) => open?.dataKey ?? [])
  return {
    ours,
    theirs,
    base: versions.base === undefined ? undefined : await openOne(versions.base, keyring, known, BASE),
  }
}

/** What both sides come from is only compared with: its seal was theirs to mend. */
const BASE: OpenOptions = { acceptBrokenSeal: true }

async function readOne(path: string, bytes: Uint8Array): Promise<ReadVersion> {
  const target = { path, shown: path, relative: path, environment: undefined }
  const { format, sealed } = await secretFileOf(target, bytes)
  return { path, bytes, format, sealed }
}

/** Who was given access later cannot open the base by themselves, but with the key that the sides still have. */
async function openOne(
  version: ReadVersion,
  keyring: Keyring,
  known: readonly Uint8Array[],
  options: OpenOptions = {},
): Promise<OpenVersion> {
  const { sealed } = version
  if (sealed === undefined) return { ...version, plain: version.bytes, open: undefined, references: [] }
  const references = await keyring.references(sealed.metadata.groups)
  const subject = openingSubject({ relative: version.path ?? '', environment: undefined }, sealed)
  const open =
    (await openWith(sealed, known, options)) ??
    (await openSealed(sealed, await keyring.open(sealed.metadata, subject), options))
  return { ...version, plain: open.content, open, references }
}

async function openWith(
  sealed: SealedText,
  keys: readonly Uint8Array[],
  options: OpenOptions,
): Promise<OpenText | undefined> {
  for (const key of keys) {
    try {
      return await openSealed(sealed, key, options)
    } catch (error) {
      if (!isSecretsError(error)) throw error
    }
  }
  return undefined
}
