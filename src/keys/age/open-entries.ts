/** Opening entries of sops's `age` list with the identities of some sources. */
import { isSecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import type { TriedIdentity, Unwrapped } from '../key-provider.ts'
import { type AgeFile, openAgeFile, readAgeFile } from './age-file.ts'
import { decodeArmor } from './armor.ts'
import type { AgeIdentity } from './identity.ts'
import type { IdentitySource, LoadedSource } from './identity-sources.ts'

/** An entry as read: its age file, or what is wrong with it. */
interface ReadEntry {
  readonly recipient: string
  readonly file?: AgeFile
  readonly damage?: string
}

/**
 * Opens whichever entry it can. Sources are gone through in order, each over all entries before the next is
 * read, so that no later one asks, runs or waits for nothing.
 */
export async function openEntries(
  entries: readonly KeyEntry[],
  sources: readonly IdentitySource[],
): Promise<Unwrapped> {
  const read = entries.map(readEntry)
  const tried: TriedIdentity[] = []
  for (const { source, recipient } of questions(sources, read)) {
    const loaded = await source.load(recipient)
    const opened = await openWith(loaded.identities, read)
    if (opened !== undefined) return { opened, by: source.name }
    tried.push(...(await outcomes(source.name, loaded, read)))
  }
  return { failed: summary(tried), tried: withoutRepeats(tried) }
}

interface Question {
  readonly source: IdentitySource
  readonly recipient: string
}

function questions(sources: readonly IdentitySource[], entries: readonly ReadEntry[]): readonly Question[] {
  const recipients = [...new Set(entries.map((entry) => entry.recipient))]
  return sources.flatMap((source) =>
    (source.perRecipient ? recipients : ['']).map((recipient) => ({ source, recipient })),
  )
}

function readEntry(entry: KeyEntry): ReadEntry {
  const { recipient: named, enc } = entry.fields
  const recipient = typeof named === 'string' ? named.trim() : ''
  if (typeof enc !== 'string') return { recipient, damage: 'the entry holds no age file' }
  try {
    return { recipient, file: readAgeFile(decodeArmor(enc)) }
  } catch (error) {
    return { recipient, damage: messageOf(error) }
  }
}

async function openWith(
  identities: readonly AgeIdentity[],
  entries: readonly ReadEntry[],
): Promise<Uint8Array | undefined> {
  for (const identity of identities) {
    for (const { file } of entries) {
      const opened = file === undefined ? undefined : await openAgeFile(file, identity).catch(damageAsMiss)
      if (opened !== undefined) return opened
    }
  }
  return undefined
}

/** A damaged entry must not keep others from being opened; it is reported when none is. */
function damageAsMiss(error: unknown): undefined {
  if (isSecretsError(error)) return undefined
  throw error
}

async function outcomes(
  name: string,
  loaded: LoadedSource,
  entries: readonly ReadEntry[],
): Promise<readonly TriedIdentity[]> {
  const tried: TriedIdentity[] = []
  for (const identity of loaded.identities) {
    const recipient = await identity.recipient()
    const outcome = await outcomeOf(
      identity,
      entries.find((entry) => entry.recipient === recipient),
    )
    tried.push({ source: name, outcome, ...(recipient === undefined ? {} : { recipient }) })
  }
  if (loaded.problem !== undefined) tried.push({ source: name, outcome: loaded.problem })
  return tried
}

async function outcomeOf(identity: AgeIdentity, own: ReadEntry | undefined): Promise<string> {
  if (own === undefined) return 'is not a recipient of this file'
  if (own.file === undefined) return `is a recipient, but ${own.damage}`
  const damage = await openAgeFile(own.file, identity).then(
    () => 'its entry is damaged or was made for another key',
    messageOf,
  )
  return `is a recipient, but ${damage}`
}

function messageOf(error: unknown): string {
  if (isSecretsError(error)) return error.message
  throw error
}

function summary(tried: readonly TriedIdentity[]): string {
  return tried.some(({ recipient }) => recipient !== undefined)
    ? 'no age identity here fits'
    : 'no age identity was found'
}

/** A command that is asked for each recipient often gives the same answer. */
function withoutRepeats(tried: readonly TriedIdentity[]): readonly TriedIdentity[] {
  return [...new Map(tried.map((one) => [`${one.source}\n${one.recipient}\n${one.outcome}`, one])).values()]
}
