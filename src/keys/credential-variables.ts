import type { KeyProviderEntry } from './providers/registry.ts'

/** What may be opened by the credentials of a process. */
export interface OpenableKeys {
  /** Lists of metadata that have an entry (`kms`, `hc_vault`). */
  readonly lists: ReadonlySet<string>
  /** References as configurations write them. */
  readonly references: readonly string[]
}

/**
 * Which variables hold credentials of the kinds of keys that files or a configuration name; undefined where those kinds have none. No
 * provider is loaded for it.
 */
export function credentialVariables(
  { lists, references }: OpenableKeys,
  providers: readonly KeyProviderEntry[],
): RegExp | undefined {
  const sources = providers
    .filter(({ list, pattern }) => lists.has(list) || references.some((text) => new RegExp(pattern).test(text.trim())))
    .flatMap(({ credentials }) => (credentials === undefined || credentials === '' ? [] : [credentials]))
  return sources.length === 0 ? undefined : new RegExp(`^(?:${sources.join('|')})$`, 'i')
}
