/** Opening entries of sops's `age` list with the identities of some sources. */
import { isSecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import type { TriedIdentity, Unwrapped } from '../key-provider.ts'
import { type AgeFile, openAgeFile, readAgeFile } from './age-file.ts'
import { decodeArmor } from './armor.ts'
import type { AgeIdentity } from './identity.ts'
import type { IdentitySource, LoadedSource } from './identity-source.ts'

/** An entry as read: its age file, or what is wrong with it. */
interface ReadEntry {
  readonly recipient: string
  /** The recipient without the comment that an SSH key may carry. */
  readonly key: string
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
    const unusable: Unusable = new Map()
    const opened = await openWith(loaded.identities, read, unusable)
    if (opened !== undefined) return { ...opened, by: source.name }
    tried.push(...(await outcomes(source.name, { ...loaded, unusable }, read)))
  }
  return { failed: summary(tried), tried: withoutRepeats(tried) }
}

/** Identities that could not be used, and why. */
type Unusable = Map<AgeIdentity, string>

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
  const key = recipient.startsWith('ssh-') ? recipient.split(/\s+/, 2).join(' ') : recipient
  if (typeof enc !== 'string') return { recipient, key, damage: 'the entry holds no age file' }
  try {
    return { recipient, key, file: readAgeFile(decodeArmor(enc)) }
  } catch (error) {
    return { recipient, key, damage: messageOf(error) }
  }
}

async function openWith(
  identities: readonly AgeIdentity[],
  entries: readonly ReadEntry[],
  unusable: Unusable,
): Promise<{ readonly opened: Uint8Array; readonly recipient: string } | undefined> {
  for (const identity of identities) {
    for (const { file, recipient } of preferredFirst(entries, identity)) {
      if (file === undefined || unusable.has(identity)) continue
      const opened = await openAgeFile(file, identity).catch((error) => asMiss(error, identity, unusable))
      if (opened !== undefined) return { opened, recipient }
    }
  }
  return undefined
}

function preferredFirst(entries: readonly ReadEntry[], identity: AgeIdentity): readonly ReadEntry[] {
  const rank = ({ recipient }: ReadEntry): number => (identity.prefers?.(recipient) === true ? 0 : 1)
  return identity.prefers === undefined ? entries : entries.toSorted((a, b) => rank(a) - rank(b))
}

/** A damaged entry or an unusable identity must not keep others from opening; it is reported when none does. */
function asMiss(error: unknown, identity: AgeIdentity, unusable: Unusable): undefined {
  if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
  if (error.code === 'IDENTITY_INVALID') unusable.set(identity, error.message)
  return undefined
}

async function outcomes(
  name: string,
  loaded: LoadedSource & { readonly unusable: Unusable },
  entries: readonly ReadEntry[],
): Promise<readonly TriedIdentity[]> {
  const tried: TriedIdentity[] = []
  for (const identity of loaded.identities) {
    const recipient = await identity.recipient()
    const own = recipient === undefined ? undefined : entries.find((entry) => entry.key === recipient)
    const outcome = loaded.unusable.get(identity) ?? (await outcomeOf(identity, own))
    const shown = own?.recipient ?? recipient
    tried.push({ source: name, outcome, ...(shown === undefined ? {} : { recipient: shown }) })
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
