import { SecretsError } from '../core/errors.ts'
import type { KeyEntry } from '../core/metadata-model.ts'
import type { KeyProvider } from './key-provider.ts'
import type { KeyProviderEntry } from './providers/registry.ts'

/** Fields of an entry that say nothing of who can open it. */
const CHANGING_FIELDS: ReadonlySet<string> = new Set(['enc', 'created_at'])

/** A provider, with the reference that it is responsible for. */
export interface Responsible {
  readonly provider: KeyProvider
  readonly reference: string
}

/** The provider of a reference as a config writes it, and the canonical reference. Throws `BAD_RECIPIENT`. */
export async function providerOfReference(
  reference: string,
  providers: readonly KeyProviderEntry[],
): Promise<Responsible> {
  const text = reference.trim()
  const entry = providers.find(({ pattern }) => new RegExp(pattern).test(text))
  if (entry === undefined) throw unknownKind(text, providers)
  const provider = await entry.load()
  return { provider, reference: provider.canonical(text) }
}

/** The provider of a reference; undefined where no provider knows it. */
export async function providerIfAny(
  reference: string,
  providers: readonly KeyProviderEntry[],
): Promise<KeyProvider | undefined> {
  return providers.find(({ pattern }) => new RegExp(pattern).test(reference))?.load()
}

/** The provider of an entry of a file, and its canonical reference; undefined where no provider knows it. */
export async function providerOfEntry(
  entry: KeyEntry,
  providers: readonly KeyProviderEntry[],
): Promise<Responsible | undefined> {
  for (const { list, load } of providers) {
    if (list !== entry.kind) continue
    const provider = await load()
    const reference = provider.referenceOf(entry)
    if (reference !== undefined) return { provider, reference }
  }
  return undefined
}

/** What stands for the recipient of an entry that no provider knows: its list and all that identifies it. */
export function unknownReference(entry: KeyEntry): string {
  const fields = Object.entries(entry.fields).filter(([name, value]) => !CHANGING_FIELDS.has(name) && value !== '')
  const texts = fields.map(([name, value]): [string, string] => [
    name,
    typeof value === 'string' ? value : pairs(value),
  ])
  texts.sort(([a], [b]) => (a < b ? -1 : 1))
  return `${entry.kind}:${texts.map(([, text]) => text).join('+')}`
}

/** Does not quote the text: a secret key is easily put where its public key belongs. */
function unknownKind(text: string, providers: readonly KeyProviderEntry[]): SecretsError {
  if (/^AGE-(SECRET-KEY|PLUGIN)-/i.test(text)) {
    return new SecretsError('BAD_RECIPIENT', 'a secret key where a recipient belongs', {
      hint: 'put its public key there, and make a new key if the secret one was committed',
    })
  }
  const known = providers.map(({ id, summary }) => `${id} (${summary})`).join(', ')
  return new SecretsError('BAD_RECIPIENT', 'a recipient of no known kind', { hint: `known kinds: ${known}` })
}

function pairs(map: Readonly<Record<string, string>>): string {
  const texts = Object.entries(map).map(([key, value]) => `${key}=${value}`)
  return texts.sort().join(',')
}
