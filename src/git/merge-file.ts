/** Merging a secret file of git, whichever way it was asked for. */
import { isSecretsError, SecretsError } from '../core/errors.ts'
import { type MarkerOptions, withMarkers } from '../core/merge/conflict-markers.ts'
import { mergeContents } from '../core/merge/merge-contents.ts'
import type { References } from '../core/merge/merge-recipients.ts'
import { mergeTexts } from '../core/merge/merge-texts.ts'
import type { EntryConflict } from '../core/merge/merge-values.ts'
import { formatPath } from '../core/path-syntax.ts'
import { decodeText, plainBytes, readSealed } from '../core/sealed-text.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { FindUnexpected } from './expected-in-merge.ts'
import { mergeMetadata } from './merge-metadata.ts'
import { type OpenVersion, openVersions, type ReadVersion, readVersions, type Versions } from './merge-versions.ts'
import { mergeWithoutKey } from './merge-without-key.ts'
import { sealMerged, sealResult } from './seal-merged.ts'

/** What merging needs beside the versions. */
export interface MergeFileOptions {
  /** Path of the file, which says its format where the content does not. */
  readonly path: string
  readonly keyring: Keyring
  readonly now: Date
  readonly markers: MarkerOptions
  /** Finds recipients whom the merged file is not to be encrypted to; without it, all may be. */
  readonly unexpected?: FindUnexpected
  /** Whether those are left out, in place of refusing to merge. */
  readonly dropUnexpected?: boolean
}

/** A conflict that somebody with a key can solve. */
export interface SolvableConflict {
  readonly version: OpenVersion
  /** The plain content with our version of what conflicts, and with theirs. */
  readonly ours: Uint8Array
  readonly theirs: Uint8Array
  /** Encrypts the solution. Throws what sealing throws, `FORMAT_INVALID` with its place above all. */
  seal(plain: Uint8Array): Promise<Uint8Array>
}

/** A merged file, as it is to be committed, or with markers in it. */
export interface FileMerge {
  readonly outcome: 'merged' | 'conflict'
  readonly content: Uint8Array
  /** One line for each entry that both sides changed, or why there was no merge; none holds a value. */
  readonly conflicts: readonly string[]
  /** Recipients that the result has and our side had not, and the other way round. */
  readonly recipients: { readonly added: readonly string[]; readonly removed: readonly string[] }
  /** Undefined where all is merged, and where nothing could be decrypted. */
  readonly solvable: SolvableConflict | undefined
  /** Why nothing could be decrypted, or read at all. */
  readonly problem: SecretsError | undefined
}

const SAME_RECIPIENTS: FileMerge['recipients'] = { added: [], removed: [] }

/**
 * Merges three versions of a file by its entries: decrypted where a key is there, else by ciphertext. What cannot be merged stands
 * between markers, encrypted. Throws only what no version is to blame for (`INTERRUPTED`, a key service that fails).
 */
export async function mergeFile(bytes: Versions<Uint8Array>, options: MergeFileOptions): Promise<FileMerge> {
  const settled = oneSided(bytes)
  if (settled !== undefined) return merged(settled)
  try {
    const versions = await readVersions(options.path, bytes)
    if (!sameFormat(versions))
      return wholeConflict(bytes, options, new SecretsError('FORMAT_INVALID', 'the versions are of different formats'))
    return await mergeRead(versions, options)
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return wholeConflict(bytes, options, error)
  }
}

function oneSided({ base, ours, theirs }: Versions<Uint8Array>): Uint8Array | undefined {
  if (Buffer.compare(ours, theirs) === 0) return ours
  if (base === undefined) return undefined
  if (Buffer.compare(base, theirs) === 0) return ours
  return Buffer.compare(base, ours) === 0 ? theirs : undefined
}

async function mergeRead(versions: Versions<ReadVersion>, options: MergeFileOptions): Promise<FileMerge> {
  if (versions.ours.sealed === undefined && versions.theirs.sealed === undefined) return mergePlain(versions, options)
  const open = await tryToOpen(versions, options.keyring)
  if ('versions' in open) return mergeOpen(open.versions, options)
  return mergeSealed(versions, options, open.problem)
}

async function tryToOpen(
  versions: Versions<ReadVersion>,
  keyring: Keyring,
): Promise<{ readonly versions: Versions<OpenVersion> } | { readonly problem: SecretsError }> {
  try {
    return { versions: await openVersions(versions, keyring) }
  } catch (error) {
    if (isSecretsError(error) && error.code !== 'INTERRUPTED') return { problem: error }
    throw error
  }
}

async function mergeOpen(versions: Versions<OpenVersion>, options: MergeFileOptions): Promise<FileMerge> {
  const { keyring, now, markers } = options
  const metadata = await mergeMetadata(versions, keyring, (references) => withoutUnexpected(references, options))
  const { ours, theirs, conflicts } = mergedContents(versions)
  const sealing = { versions, metadata, now }
  const recipients = recipientChanges(versions.ours.references, metadata.references)
  const selectionDiffers = metadata.selection.ours !== metadata.selection.theirs
  if (Buffer.compare(ours, theirs) === 0 && !selectionDiffers) {
    return { ...merged(await sealMerged(ours, sealing)), recipients }
  }
  const sealed = [
    await sealResult({ plain: ours, selection: 'ours' }, sealing),
    await sealResult({ plain: theirs, selection: 'theirs' }, sealing),
  ] as const
  const version = versions.ours.open === undefined ? versions.theirs : versions.ours
  return {
    outcome: 'conflict',
    content: Buffer.from(withMarkers(...withOneMac(versions, sealed), markers), 'utf8'),
    conflicts: conflictLines(conflicts, selectionDiffers),
    recipients,
    solvable: { version, ours, theirs, seal: (plain) => sealMerged(plain, sealing) },
    problem: undefined,
  }
}

/** Throws `UNEXPECTED_RECIPIENT` unless they are to be left out. */
async function withoutUnexpected(references: References, options: MergeFileOptions): Promise<References> {
  const unexpected = (await options.unexpected?.(references.flat())) ?? []
  if (unexpected.length === 0) return references
  if (options.dropUnexpected === true) {
    return references.map((group) => group.filter((reference) => !unexpected.includes(reference)))
  }
  throw new SecretsError(
    'UNEXPECTED_RECIPIENT',
    `the merged file would be encrypted to ${unexpected.length === 1 ? 'a recipient' : 'recipients'} that the configuration does not name`,
    {
      hint: `if that is right, name ${unexpected.length === 1 ? 'it' : 'them'} in .secretsrc, then: secrets merge FILE; else: secrets merge --drop-unexpected FILE`,
      details: unexpected,
    },
  )
}

/** By entries; a content that has none (a binary file) by lines. */
function mergedContents({ base, ours, theirs }: Versions<OpenVersion>): {
  readonly ours: Uint8Array
  readonly theirs: Uint8Array
  readonly conflicts: readonly EntryConflict[]
} {
  const { format } = ours
  if (format.plainContent !== undefined) {
    const nothing = new Uint8Array()
    return { ...mergeContents({ base: base?.plain ?? nothing, ours: ours.plain, theirs: theirs.plain }), conflicts: [] }
  }
  const texts = { base: base === undefined ? undefined : textOf(base), ours: textOf(ours), theirs: textOf(theirs) }
  const result = mergeTexts(format, texts)
  const bytes = (plain: string): Uint8Array =>
    ours.sealed === undefined ? Buffer.from(plain, 'utf8') : plainBytes(plain, ours.sealed.metadata)
  return { ours: bytes(result.ours), theirs: bytes(result.theirs), conflicts: result.conflicts }
}

/** A byte order mark that is no part of the format's text is put back from the metadata. */
function textOf({ format, plain }: OpenVersion): string {
  const text = decodeText(plain)
  return format.keepsByteOrderMark ? text : text.replace(/^\ufeff/, '')
}

/** Both results with the MAC and the seal of the first: whoever solves the conflict needs a new one anyway. */
function withOneMac(
  { ours: { format } }: Versions<OpenVersion>,
  [ours, theirs]: readonly [Uint8Array, Uint8Array],
): [string, string] {
  const [first, second] = [readSealed(format, ours), readSealed(format, theirs)]
  const { mac, seal } = second.metadata
  const text = second.parsed.text.replace(mac, () => first.metadata.mac)
  return [first.parsed.text, seal === '' ? text : text.replace(seal, () => first.metadata.seal)]
}

async function mergeSealed(
  versions: Versions<ReadVersion>,
  options: MergeFileOptions,
  problem: SecretsError,
): Promise<FileMerge> {
  const { base, ours, theirs } = versions
  const bytes = { base: base?.bytes, ours: ours.bytes, theirs: theirs.bytes }
  const baseFits = base === undefined || base.sealed !== undefined
  // What somebody changed by hand is for a person to look at.
  const isTampered = problem.code === 'SEAL_MISMATCH'
  if (isTampered || !baseFits || ours.sealed === undefined || theirs.sealed === undefined) {
    return wholeConflict(bytes, options, problem)
  }
  const sealed = { base: base?.sealed, ours: ours.sealed, theirs: theirs.sealed }
  const result = await mergeWithoutKey(sealed, options.keyring)
  if (result === undefined) return wholeConflict(bytes, options, problem)
  // Without a key nobody can be left out: the data key stays.
  await withoutUnexpected(result.references, { ...options, dropUnexpected: false })
  const recipients = recipientChanges(await options.keyring.references(ours.sealed.metadata.groups), result.references)
  if (result.ours === result.theirs) return { ...merged(Buffer.from(result.ours, 'utf8')), recipients }
  const reason = result.lacksMac
    ? 'merged by ciphertext, but only somebody with a key can make the MAC'
    : `could not be decrypted: ${problem.message}`
  const content = Buffer.from(withMarkers(result.ours, result.theirs, options.markers), 'utf8')
  const lines = result.lacksMac ? [] : conflictLines(result.conflicts, false)
  return { ...conflict(content, [...lines, reason], problem), recipients }
}

/** Neither side is encrypted: git's attributes cover more than secrets, or nobody has encrypted them yet. */
function mergePlain(versions: Versions<ReadVersion>, { markers }: MergeFileOptions): FileMerge {
  const { base } = versions
  const { ours, theirs, conflicts } = mergedContents({
    base: base === undefined || base.sealed !== undefined ? undefined : asOpen(base),
    ours: asOpen(versions.ours),
    theirs: asOpen(versions.theirs),
  })
  if (Buffer.compare(ours, theirs) === 0) return merged(ours)
  return conflict(marked(ours, theirs, markers), conflictLines(conflicts, false))
}

function asOpen(version: ReadVersion): OpenVersion {
  return { ...version, plain: version.bytes, open: undefined, references: [] }
}

/** Both versions, one after the other: never an unmarked one, which might be taken for the result. */
function wholeConflict(
  { ours, theirs }: Versions<Uint8Array>,
  { markers }: MergeFileOptions,
  problem: SecretsError,
): FileMerge {
  return conflict(marked(ours, theirs, markers), [describe(problem)], problem)
}

function conflict(content: Uint8Array, conflicts: readonly string[], problem?: SecretsError): FileMerge {
  return { outcome: 'conflict', content, conflicts, recipients: SAME_RECIPIENTS, solvable: undefined, problem }
}

function marked(ours: Uint8Array, theirs: Uint8Array, markers: MarkerOptions): Uint8Array {
  const [oursText, theirsText] = [ours, theirs].map((bytes) => Buffer.from(bytes).toString('utf8'))
  const isText = [ours, theirs].every((bytes) => !Buffer.from(bytes).includes(0))
  return isText ? Buffer.from(withMarkers(oursText ?? '', theirsText ?? '', markers), 'utf8') : ours
}

function merged(content: Uint8Array): FileMerge {
  return {
    outcome: 'merged',
    content,
    conflicts: [],
    recipients: SAME_RECIPIENTS,
    solvable: undefined,
    problem: undefined,
  }
}

function sameFormat({ base, ours, theirs }: Versions<ReadVersion>): boolean {
  return theirs.format.name === ours.format.name && (base === undefined || base.format.name === ours.format.name)
}

function recipientChanges(ours: References, result: References): FileMerge['recipients'] {
  const [before, after] = [new Set(ours.flat()), new Set(result.flat())]
  if (before.size === 0) return SAME_RECIPIENTS
  return {
    added: [...after].filter((reference) => !before.has(reference)),
    removed: [...before].filter((reference) => !after.has(reference)),
  }
}

function conflictLines(conflicts: readonly EntryConflict[], selectionDiffers: boolean): readonly string[] {
  const lines = conflicts.map(({ document, path, kind }) => {
    const where = document === 0 ? '' : ` (document ${document + 1})`
    return `${path.length === 0 ? 'the whole document' : formatPath(path)}${where}: ${kind}`
  })
  if (selectionDiffers) lines.push('the selection: changed by both')
  return lines.length === 0 ? ['lines or comments: changed by both'] : lines
}

function describe(error: SecretsError): string {
  const { line } = error.place
  return line === undefined ? error.message : `${error.message} (line ${line})`
}
