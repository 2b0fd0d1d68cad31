/** The error of a data key that one of several recipients could not get. */
import { isSecretsError, SecretsError } from '../core/errors.ts'
import { shortened } from './cannot-open.ts'
import { providerOfReference } from './find-provider.ts'
import type { KeyProviderEntry } from './providers/registry.ts'

/** Where the names of recipients come from. */
export interface Naming {
  /** Names by references, as a configuration writes these. */
  readonly names: () => Promise<ReadonlyMap<string, string>>
  readonly providers: readonly KeyProviderEntry[]
}

/** `PROVIDER_FAILED` with the recipient that it is about, as people know it; any other error as it is. */
export async function cannotWrap(thrown: unknown, reference: string, naming: Naming): Promise<unknown> {
  if (!isSecretsError(thrown) || thrown.code !== 'PROVIDER_FAILED') return thrown
  const name = await nameOf(reference, naming).catch(() => undefined)
  const recipient = name === undefined ? shortened(reference) : `${name} (${shortened(reference)})`
  return new SecretsError(thrown.code, thrown.message, {
    ...(thrown.hint === undefined ? {} : { hint: thrown.hint }),
    place: thrown.place,
    details: [`recipient ${recipient}`, ...thrown.details],
    cause: thrown,
  })
}

async function nameOf(reference: string, { names, providers }: Naming): Promise<string | undefined> {
  for (const [written, name] of await names()) {
    const known = await providerOfReference(written, providers).catch(() => undefined)
    if (known?.reference === reference) return name
  }
  return undefined
}
