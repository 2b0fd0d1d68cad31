import { SecretsError } from '../../core/errors.ts'
import { ageProvider } from '../age/age-provider.ts'
import { decodeBech32 } from '../age/bech32.ts'
import type { KeyContext, KeyProvider } from '../key-provider.ts'
import { pluginOfRecipient } from '../plugin/plugin-name.ts'

/** More than one `1`, as sops tells them apart; `age1pq1…` are keys that need no plugin. */
const PATTERN = '^age1(?!pq1[^1]*$).*1'

/**
 * Recipients whose age files age-encryption makes without a plugin, by prefix, with the bytes of their points:
 * P-256, compressed; ML-KEM-768 and P-256, uncompressed (c2sp.org/age, "p256tag" and "mlkem768p256tag").
 */
const TAGS: Readonly<Record<string, number>> = { age1tag: 33, age1tagpq: 1184 + 65 }

/** Keys that live in a plugin or a device: `age1NAME1…`, and the tag recipients of devices. */
export const provider: KeyProvider = ageProvider({
  id: 'age-plugin',
  summary: 'keys of age plugins, in devices for instance',
  pattern: PATTERN,
  canonical,
  seal,
})

function canonical(reference: string): string {
  return parse(reference).recipient
}

function parse(reference: string): { readonly plugin: string; readonly recipient: string } {
  const recipient = reference.trim()
  const plugin = pluginOfRecipient(recipient)
  if (plugin !== undefined && isWholeTag(recipient)) return { plugin, recipient }
  throw new SecretsError('BAD_RECIPIENT', 'a recipient of an age plugin that is mistyped, cut off or names no plugin', {
    hint: 'copy the whole line that begins with age1 from the output of the plugin',
  })
}

/** True for what is no tag recipient. */
function isWholeTag(recipient: string): boolean {
  const [prefix, length] = tagOf(recipient) ?? []
  return prefix === undefined || decodeBech32(prefix, recipient)?.length === length
}

function tagOf(recipient: string): readonly [string, number] | undefined {
  return Object.entries(TAGS).find(([prefix]) => recipient.startsWith(`${prefix}1`))
}

async function seal(reference: string, dataKey: Uint8Array, context: KeyContext): Promise<Uint8Array> {
  const { plugin, recipient } = parse(reference)
  return tagOf(recipient) === undefined
    ? sealByPlugin({ plugin, recipient }, dataKey, context)
    : sealForTag(recipient, dataKey)
}

async function sealByPlugin(
  recipient: { readonly plugin: string; readonly recipient: string },
  dataKey: Uint8Array,
  context: KeyContext,
): Promise<Uint8Array> {
  const { sealForPlugin } = await import('../plugin/seal-for-plugin.ts')
  return sealForPlugin(recipient, dataKey, context)
}

async function sealForTag(recipient: string, dataKey: Uint8Array): Promise<Uint8Array> {
  const { sealForHybrid } = await import('../age/post-quantum.ts')
  try {
    return await sealForHybrid(recipient, dataKey)
  } catch {
    throw new SecretsError('BAD_RECIPIENT', 'a tag recipient whose public key is no valid one', {
      hint: 'ask its owner for the output of the plugin again',
    })
  }
}
