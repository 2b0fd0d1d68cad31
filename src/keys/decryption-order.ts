import { SecretsError } from '../core/errors.ts'
import type { KeyContext } from './key-provider.ts'

/** sops `DefaultDecryptionOrder`: the kinds that need no network. */
const DEFAULT_ORDER: readonly string[] = ['age', 'pgp']

/** What decides when an entry is tried. */
export interface Attemptable {
  /** sops's metadata list. */
  readonly kind: string
  readonly remote: boolean
}

/** The kinds to try first, as the user named them, or undefined. Throws `USAGE` for a kind named twice, as sops does. */
export function decryptionOrder({ env }: KeyContext): readonly string[] | undefined {
  const variable = env['SECRETS_DECRYPTION_ORDER'] ? 'SECRETS_DECRYPTION_ORDER' : 'SOPS_DECRYPTION_ORDER'
  const text = env[variable]
  if (!text) return undefined
  const kinds = text.split(',').map((kind) => kind.trim())
  const twice = kinds.find((kind, index) => kinds.indexOf(kind) !== index)
  if (twice === undefined) return kinds
  throw new SecretsError('USAGE', `${variable} names ${twice} twice`, { hint: `name each kind once in ${variable}` })
}

/**
 * Attempts in rounds; a round begins when all groups have been through the one before. Without an order: what is
 * local, then what needs the network or a person. With one: a single round, as the user wants it.
 * Within a round by position of the kind, others last, in file order (sops `sortByOrder`, a stable sort).
 */
export function inRounds<Item extends Attemptable>(
  items: readonly Item[],
  order: readonly string[] | undefined,
): readonly (readonly Item[])[] {
  if (order !== undefined) return [byKind(items, order)]
  const local = items.filter(({ remote }) => !remote)
  return [byKind(local, DEFAULT_ORDER), items.filter(({ remote }) => remote)]
}

function byKind<Item extends Attemptable>(items: readonly Item[], order: readonly string[]): readonly Item[] {
  const position = ({ kind }: Item): number => (order.includes(kind) ? order.indexOf(kind) : order.length)
  return items.toSorted((a, b) => position(a) - position(b))
}
