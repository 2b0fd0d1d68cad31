/** Opening the key groups of one file: who is asked when, and what is remembered for the error. */
import { hash } from 'node:crypto'
import type { KeyEntry, KeyGroup } from '../core/metadata-model.ts'
import { type Attemptable, decryptionOrder, inRounds } from './decryption-order.ts'
import { providerOfEntry, unknownReference } from './find-provider.ts'
import type { KeyContext, KeyProvider, TriedIdentity, Unwrapped } from './key-provider.ts'
import type { Limited } from './limit-parallel.ts'
import type { OpeningKey } from './opening-log.ts'
import type { KeyProviderEntry } from './providers/registry.ts'

/** Bytes of a data key, and of a share of one: its bytes and the x byte (sops `shamir.Split`). */
export const DATA_KEY_LENGTH = 32
const SHARE_LENGTH = DATA_KEY_LENGTH + 1

/** What opening needs. */
export interface OpeningTools {
  readonly context: KeyContext
  readonly providers: readonly KeyProviderEntry[]
  readonly limited: Limited
}

/** An attempt that did not open a group. */
export interface FailedAttempt {
  /** The recipient it was about; undefined when it was about all of its provider's. */
  readonly reference?: string
  readonly failed: string
  readonly tried: readonly TriedIdentity[]
}

/** One key group and what became of it. */
export interface OpenedGroup {
  readonly references: readonly string[]
  readonly key: Uint8Array | undefined
  /** What opened it; its name is not known here. */
  readonly openedBy: OpeningKey | undefined
  readonly failures: readonly FailedAttempt[]
}

interface Candidate extends Attemptable {
  readonly entry: KeyEntry
  readonly reference: string
  readonly provider: KeyProvider | undefined
}

interface GroupState {
  readonly references: readonly string[]
  readonly rounds: readonly (readonly Candidate[])[]
  readonly failures: FailedAttempt[]
  key: Uint8Array | undefined
  openedBy: OpeningKey | undefined
}

/**
 * Tries the groups side by side, in rounds, until at least `needed` are open; all that a round opens is given.
 * Throws `USAGE` for a decryption order that names a kind twice, and what a provider throws.
 */
export async function openGroups(
  groups: readonly KeyGroup[],
  needed: number,
  tools: OpeningTools,
): Promise<readonly OpenedGroup[]> {
  const order = decryptionOrder(tools.context)
  const keyLength = groups.length > 1 ? SHARE_LENGTH : DATA_KEY_LENGTH
  const states = await Promise.all(groups.map((group) => prepare(group, order, tools.providers)))
  const rounds = Math.max(0, ...states.map((state) => state.rounds.length))
  for (let round = 0; round < rounds; round += 1) {
    if (states.filter((state) => state.key !== undefined).length >= needed) break
    const closed = states.filter((state) => state.key === undefined)
    await Promise.all(closed.map((state) => openRound(state, round, { ...tools, keyLength })))
  }
  return states
}

async function prepare(
  group: KeyGroup,
  order: readonly string[] | undefined,
  providers: readonly KeyProviderEntry[],
): Promise<GroupState> {
  const candidates = await Promise.all(group.map((entry) => candidateOf(entry, providers)))
  const references = candidates.map(({ reference }) => reference)
  return { references, rounds: inRounds(candidates, order), failures: [], key: undefined, openedBy: undefined }
}

async function candidateOf(entry: KeyEntry, providers: readonly KeyProviderEntry[]): Promise<Candidate> {
  const found = await providerOfEntry(entry, providers)
  return {
    entry,
    kind: entry.kind,
    reference: found?.reference ?? unknownReference(entry),
    provider: found?.provider,
    remote: found?.provider.remote ?? false,
  }
}

async function openRound(
  state: GroupState,
  round: number,
  tools: OpeningTools & { readonly keyLength: number },
): Promise<void> {
  for (const candidates of runsOfOneProvider(state.rounds[round] ?? [])) {
    const result = checked(await attempt(candidates, tools), tools.keyLength)
    if ('opened' in result) {
      state.key = result.opened
      state.openedBy = openingKey(result, candidates)
      return
    }
    const [only] = candidates.length === 1 ? candidates : []
    state.failures.push({ ...result, ...(only === undefined ? {} : { reference: only.reference }) })
  }
}

function openingKey(
  { by, recipient }: { readonly by: string; readonly recipient?: string },
  candidates: readonly Candidate[],
): OpeningKey {
  const own = candidates.find(({ entry }) => entry.fields['recipient'] === recipient && recipient !== undefined)
  const [first, ...others] = candidates
  const reference = own?.reference ?? recipient ?? (others.length === 0 ? first?.reference : undefined)
  return { source: by, ...(reference === undefined ? {} : { recipient: reference }) }
}

/**
 * Neighbours whose providers look through the same places, once for all of them (kinds of age keys share theirs);
 * every other candidate stands alone.
 */
function runsOfOneProvider(candidates: readonly Candidate[]): readonly (readonly Candidate[])[] {
  const runs: Candidate[][] = []
  for (const candidate of candidates) {
    const last = runs.at(-1)
    const unwrapAny = candidate.provider?.unwrapAny
    if (unwrapAny !== undefined && last?.[0]?.provider?.unwrapAny === unwrapAny) last.push(candidate)
    else runs.push([candidate])
  }
  return runs
}

/** Equal entries are opened once in a command: many files may share them. */
function attempt(candidates: readonly Candidate[], { context, limited }: OpeningTools): Promise<Unwrapped> {
  const entries = candidates.map(({ entry }) => entry)
  const [first] = candidates
  const provider = first?.provider
  if (first === undefined || provider === undefined) {
    return Promise.resolve({ failed: `${first?.kind ?? 'this kind'} is not supported here`, tried: [] })
  }
  const digest = hash('sha256', JSON.stringify(entries))
  return context.once(`unwrap ${provider.id} ${digest}`, () =>
    limited(() => provider.unwrapAny?.(entries, context) ?? provider.unwrap(first.entry, context)),
  )
}

function checked(result: Unwrapped, keyLength: number): Unwrapped {
  if ('failed' in result || result.opened.length === keyLength) return result
  return { failed: `was opened by ${result.by}, but holds no key of ${keyLength} bytes`, tried: [] }
}
