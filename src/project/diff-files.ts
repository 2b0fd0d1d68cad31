import { sameSelection } from '../core/selection.ts'
import type { Keyring } from '../keys/keyring.ts'
import { allEntries, diffEntries, type EntryDifference } from './diff-entries.ts'
import { canonicalNames } from './differences.ts'
import { type FileVersion, readVersion } from './file-version.ts'
import { FILES_AT_ONCE, inParallel } from './in-parallel.ts'
import type { Project } from './model.ts'
import { pairVersions, type VersionPair } from './pair-versions.ts'
import { isInClear, type SecretFile } from './secret-file.ts'

/** What became of a file between two versions. */
export interface FileDifference {
  /** Its name now; its old name where it is gone. */
  readonly file: string
  /** The name that it had, if it has another one now. */
  readonly formerly: string | undefined
  readonly change: 'added' | 'removed' | 'renamed' | 'changed'
  readonly entries: readonly EntryDifference[]
  /** Names of recipients, or references where the configuration has no name. */
  readonly recipients: { readonly added: readonly string[]; readonly removed: readonly string[] }
  /** Further differences, one line each: encrypted or not, selection, data key, layout. */
  readonly remarks: readonly string[]
  /** Why values could not be compared, one line each. */
  readonly unreadable: readonly string[]
}

/** What comparing versions needs. */
export interface DiffOptions {
  readonly project: Project | undefined
  readonly keyring: Keyring
  /** Compare with values although a seal is wrong. */
  readonly acceptBrokenSeal?: boolean
}

/** The files that differ, by name. Values are compared where keys allow it, else ciphertexts. Throws what `readVersion` throws. */
export async function diffFiles(
  before: readonly SecretFile[],
  after: readonly SecretFile[],
  options: DiffOptions,
): Promise<readonly FileDifference[]> {
  const names = options.project === undefined ? new Map() : await canonicalNames(options.project, options.keyring)
  const pairs = pairVersions(before, after)
  const found = await inParallel(pairs, FILES_AT_ONCE, (pair) => diffPair(pair, options, names))
  return found.flatMap((one) => one ?? [])
}

async function diffPair(
  pair: VersionPair,
  { keyring, acceptBrokenSeal = false }: DiffOptions,
  names: ReadonlyMap<string, string>,
): Promise<FileDifference | undefined> {
  const [before, after] = await Promise.all(
    [pair.before, pair.after].map(async (file) => file && readVersion(file, keyring, { acceptBrokenSeal })),
  )
  const one = after ?? before
  if (one === undefined) return undefined
  const renamed = before !== undefined && after !== undefined && before.file.target.path !== after.file.target.path
  const found = {
    file: one.file.target.shown,
    formerly: renamed ? before.file.target.shown : undefined,
    change: changeOf(before, after, renamed),
    recipients: await recipientChanges(before, after, { keyring, names }),
    unreadable: [before, after].flatMap((version) => reasonOf(version)),
  }
  if (before === undefined || after === undefined) {
    const bare = after !== undefined && after.metadata === undefined && !isInClear(after.file)
    const remarks = bare ? ['is in clear'] : []
    return { ...found, entries: allEntries(one, after === undefined ? 'removed' : 'added'), remarks }
  }
  const entries = diffEntries(before, after)
  const remarks = remarksOn(before, after, entries)
  const nothing =
    entries.length + remarks.length + found.recipients.added.length + found.recipients.removed.length === 0
  return nothing && !renamed ? undefined : { ...found, entries, remarks }
}

function changeOf(
  before: FileVersion | undefined,
  after: FileVersion | undefined,
  renamed: boolean,
): FileDifference['change'] {
  if (before === undefined) return 'added'
  if (after === undefined) return 'removed'
  return renamed ? 'renamed' : 'changed'
}

function reasonOf(version: FileVersion | undefined): readonly string[] {
  return version?.problem === undefined ? [] : [version.problem.message]
}

async function recipientChanges(
  before: FileVersion | undefined,
  after: FileVersion | undefined,
  { keyring, names }: { readonly keyring: Keyring; readonly names: ReadonlyMap<string, string> },
): Promise<FileDifference['recipients']> {
  // Of a new or removed file, or one that was not encrypted, all recipients would be named.
  if (before?.metadata === undefined || after?.metadata === undefined) return { added: [], removed: [] }
  const [old, now] = await Promise.all(
    [before.metadata, after.metadata].map(
      async ({ groups }) => new Set((await keyring.references(groups, [...names.keys()])).flat()),
    ),
  )
  const named = (from: ReadonlySet<string> | undefined, other: ReadonlySet<string> | undefined): readonly string[] =>
    [...(from ?? [])].filter((one) => other?.has(one) !== true).map((one) => names.get(one) ?? one)
  return { added: named(now, old), removed: named(old, now) }
}

function remarksOn(before: FileVersion, after: FileVersion, entries: readonly EntryDifference[]): readonly string[] {
  const [old, now] = [before.metadata, after.metadata]
  if (old === undefined || now === undefined) {
    // Its environment wants it in clear in the work tree alone.
    if (isInClear(after.file)) return layout(before, after, entries)
    if (old !== undefined) return ['was encrypted, and is in clear now']
    return now !== undefined ? ['was in clear, and is encrypted now'] : layout(before, after, entries)
  }
  const selectable = after.file.format.selectable
  return [
    ...(selectable && !sameSelection(old.selection, now.selection) ? ['the selection is another'] : []),
    ...(old.groups.length === now.groups.length && old.shamirThreshold === now.shamirThreshold
      ? []
      : ['the key groups are others']),
    ...(hasNewKey(before, after) ? ['every value is encrypted anew, with another data key'] : []),
    ...layout(before, after, entries),
  ]
}

/** Values in the same place under other ciphertexts: only another data key makes that of the same value. */
function hasNewKey(before: FileVersion, after: FileVersion): boolean {
  if (before.content === undefined || after.content === undefined) return false
  const old = texts(before)
  const both = [...texts(after)]
  return old.size > 0 && both.length > 0 && !both.some((text) => old.has(text)) && sharesValues(before, after)
}

function texts({ sealedEntries }: FileVersion): ReadonlySet<unknown> {
  return new Set(sealedEntries.filter(({ secret }) => secret).map(({ scalar }) => scalar?.canonical))
}

function sharesValues(before: FileVersion, after: FileVersion): boolean {
  const there = diffEntries(before, after).filter(({ change }) => change !== 'removed')
  const changed = new Set(there.map(({ path, document }) => `${document}:${path}`))
  return after.entries.some(({ path, document, secret }) => secret && !changed.has(`${document}:${path}`))
}

/** What differs beside the values; line endings are git's business. */
function layout(before: FileVersion, after: FileVersion, entries: readonly EntryDifference[]): readonly string[] {
  if (entries.length > 0 || before.content === undefined || after.content === undefined) return []
  const [old, now] = [before.content, after.content].map((content) => Buffer.from(content).toString('latin1'))
  return old?.replaceAll('\r\n', '\n') === now?.replaceAll('\r\n', '\n') ? [] : ['comments, order or layout differ']
}
