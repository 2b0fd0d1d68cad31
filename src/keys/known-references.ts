/** References of files beside those that a configuration writes: one recipient may have several. */
import type { NameOf } from './cannot-open.ts'
import { providerIfAny, providerOfReference, type Responsible } from './find-provider.ts'
import type { OpenedGroup } from './open-groups.ts'
import type { KeyProviderEntry } from './providers/registry.ts'

/** The reference of `configured` that is this one or, by its key provider, stands for it; else the reference itself. All are canonical. */
export function knownAs({ provider, reference }: Responsible, configured: ReadonlySet<string>): string {
  if (configured.has(reference) || provider.covers === undefined) return reference
  return [...configured].find((wanted) => provider.covers?.(wanted, reference)) ?? reference
}

/** `knownAs` for each of several references; one of no known kind is given as it is. */
export async function knownReferences(
  references: readonly string[],
  configured: readonly string[],
  providers: readonly KeyProviderEntry[],
): Promise<readonly string[]> {
  const wanted = new Set(configured)
  return Promise.all(
    references.map(async (reference) => {
      const provider = wanted.has(reference) ? undefined : await providerIfAny(reference, providers)
      return provider === undefined ? reference : knownAs({ provider, reference }, wanted)
    }),
  )
}

/** Names for all that an error about these groups mentions. `names` are by reference, as the configuration writes them. */
export async function namesFor(
  groups: readonly OpenedGroup[],
  names: ReadonlyMap<string, string>,
  providers: readonly KeyProviderEntry[],
): Promise<NameOf> {
  const byReference = new Map(
    await Promise.all(
      [...names].map(async ([written, name]) => [await canonicalOrWritten(written, providers), name] as const),
    ),
  )
  const mentioned = groups.flatMap(({ references, failures }) => [
    ...references,
    ...failures.flatMap(({ tried }) => tried.flatMap(({ recipient }) => recipient ?? [])),
  ])
  const known = await knownReferences(mentioned, [...byReference.keys()], providers)
  const found = new Map(mentioned.map((reference, index) => [reference, byReference.get(known[index] ?? reference)]))
  return (reference) => found.get(reference)
}

async function canonicalOrWritten(written: string, providers: readonly KeyProviderEntry[]): Promise<string> {
  return providerOfReference(written, providers).then(
    ({ reference }) => reference,
    () => written,
  )
}
