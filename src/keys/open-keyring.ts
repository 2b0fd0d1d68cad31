import { hash } from 'node:crypto'
import { SecretsError } from '../core/errors.ts'
import { MAX_RECIPIENTS } from '../core/limits.ts'
import type { KeyEntry, KeyGroup, Metadata } from '../core/metadata-model.ts'
import type { Naming } from './cannot-wrap.ts'
import { providerOfEntry, providerOfReference, unknownReference } from './find-provider.ts'
import type { KeyContext } from './key-provider.ts'
import type { Keyring } from './keyring.ts'
import { knownAs, knownReferences, namesFor } from './known-references.ts'
import { limitParallel } from './limit-parallel.ts'
import { DATA_KEY_LENGTH, type OpeningTools, openGroups } from './open-groups.ts'
import type { OpeningSubject } from './opening-log.ts'
import { type KeyProviderEntry, keyProviders } from './providers/registry.ts'
import { type OpenedKey, recorded } from './record-opening.ts'

/** How many attempts run side by side: a hundred at 50 ms take a third of a second. */
const DEFAULT_LIMIT = 16

/** Whoever does not say what is opened has it written down all the same. */
const UNNAMED: OpeningSubject = { file: '' }

/** What may differ from the ordinary. */
export interface KeyringOptions {
  /** Names of recipients by their references, as a configuration writes these; asked for when there is an error to tell. */
  readonly names?: () => Promise<ReadonlyMap<string, string>>
  /** Most attempts side by side. */
  readonly limit?: number
  /** Other kinds of recipients than the built-in ones. */
  readonly providers?: readonly KeyProviderEntry[]
}

/** The keyring of one command. What it opened is remembered by `context.once` and shared: not to be overwritten. */
export function createKeyring(context: KeyContext, options: KeyringOptions = {}): Keyring {
  const providers = options.providers ?? keyProviders
  const tools: OpeningTools = { context, providers, limited: limitParallel(options.limit ?? DEFAULT_LIMIT) }
  const names = options.names ?? (async () => new Map())
  return {
    open: ({ groups, shamirThreshold }, subject = UNNAMED) =>
      recorded({ log: context.openings, subject, names, providers }, () =>
        context.once(`data key ${digest([groups, shamirThreshold])}`, () =>
          open({ groups, shamirThreshold }, tools, names),
        ),
      ),
    wrap: async (dataKey, groups, threshold) => {
      checkGroups(groups, dataKey)
      const [only, ...others] = groups
      if (only !== undefined && others.length === 0) return [await wrapGroup(only, dataKey, tools, names)]
      const { splitSecret } = await import('../core/shamir.ts')
      const shares = splitSecret(dataKey, groups.length, threshold === 0 ? groups.length : threshold)
      return Promise.all(shares.map((share, index) => wrapGroup(groups[index] ?? [], share, tools, names)))
    },
    references: (groups, configured = []) =>
      Promise.all(groups.map((group) => referencesOf(group, providers, new Set(configured)))),
    known: (references, configured) => knownReferences(references, configured, providers),
    canonical: async (reference) => (await providerOfReference(reference, providers)).reference,
  }
}

async function open(
  { groups, shamirThreshold }: Pick<Metadata, 'groups' | 'shamirThreshold'>,
  tools: OpeningTools,
  names: () => Promise<ReadonlyMap<string, string>>,
): Promise<OpenedKey> {
  const needed = neededGroups(groups.length, shamirThreshold)
  const opened = await openGroups(groups, needed, tools)
  const keys = opened.flatMap(({ key }) => key ?? [])
  if (keys.length < needed) {
    const { cannotOpen } = await import('./cannot-open.ts')
    throw cannotOpen(opened, needed, await namesFor(opened, await names(), tools.providers))
  }
  const [only] = keys
  if (groups.length === 1 && only !== undefined) return { key: only, groups: opened }
  const { combineShares } = await import('../core/shamir.ts')
  return { key: combineShares(keys), groups: opened }
}

/** sops: threshold 0 means all groups; fewer than two shares combine to nothing. */
function neededGroups(count: number, threshold: number): number {
  if (count <= 1) return 1
  return threshold === 0 ? count : Math.max(2, threshold)
}

function checkGroups(groups: readonly (readonly string[])[], dataKey: Uint8Array): void {
  if (dataKey.length !== DATA_KEY_LENGTH) throw new SecretsError('INTERNAL', 'a data key that is not 32 bytes long')
  const empty = groups.findIndex((group) => group.length === 0)
  if (groups.length === 0 || empty !== -1) {
    const which = groups.length > 1 ? `key group ${empty + 1} has no recipients` : 'there is nobody to encrypt to'
    throw new SecretsError('NO_RECIPIENTS', which, { hint: 'name recipients in .secretsrc, or with --recipient' })
  }
  if (groups.flat().length > MAX_RECIPIENTS) {
    throw new SecretsError('LIMIT_EXCEEDED', `more than ${MAX_RECIPIENTS} recipients`)
  }
}

async function wrapGroup(
  references: readonly string[],
  key: Uint8Array,
  tools: OpeningTools,
  names: Naming['names'],
): Promise<KeyGroup> {
  const found = await Promise.all(references.map((reference) => providerOfReference(reference, tools.providers)))
  const unique = [...new Map(found.map((one) => [one.reference, one])).values()]
  return Promise.all(
    unique.map(
      ({ provider, reference }): Promise<KeyEntry> =>
        tools.limited(async () =>
          provider.wrap(reference, key, tools.context).catch(async (error: unknown) => {
            const { cannotWrap } = await import('./cannot-wrap.ts')
            throw await cannotWrap(error, reference, { names, providers: tools.providers })
          }),
        ),
    ),
  )
}

function referencesOf(
  group: KeyGroup,
  providers: readonly KeyProviderEntry[],
  configured: ReadonlySet<string>,
): Promise<readonly string[]> {
  return Promise.all(
    group.map(async (entry) => {
      const found = await providerOfEntry(entry, providers)
      return found === undefined ? unknownReference(entry) : knownAs(found, configured)
    }),
  )
}

function digest(value: unknown): string {
  return hash('sha256', JSON.stringify(value))
}
