import { randomBytes } from 'node:crypto'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { type Stanza, writeHeader } from '../age/header.ts'
import { FILE_KEY_LENGTH } from '../age/identity.ts'
import { sealSmallPayload } from '../age/payload.ts'
import type { KeyContext } from '../key-provider.ts'
import { talkToPlugin } from './dialogue.ts'
import { pluginFailure } from './running-plugin.ts'

const EMPTY = new Uint8Array(0)

/** A recipient of a plugin, checked. */
export interface PluginRecipient {
  readonly plugin: string
  readonly recipient: string
}

/**
 * A binary age file for the recipient of a plugin, which wraps the file key and never sees the content.
 * Throws `PROVIDER_FAILED` with what the plugin says went wrong.
 */
export async function sealForPlugin(
  { plugin, recipient }: PluginRecipient,
  plaintext: Uint8Array,
  context: KeyContext,
): Promise<Uint8Array> {
  const fileKey = randomBytes(FILE_KEY_LENGTH)
  const stanzas: Stanza[] = []
  const dialogue = {
    plugin,
    protocol: 'recipient-v1' as const,
    opening: [
      { type: 'add-recipient', args: [recipient], body: EMPTY },
      { type: 'wrap-file-key', args: [], body: fileKey },
      { type: 'extension-labels', args: [], body: EMPTY },
    ],
    take: (stanza: Stanza) => take(stanza, stanzas),
  }
  await talkToPlugin(dialogue, context).catch(asProviderFailure)
  if (stanzas.length === 0) asProviderFailure(pluginFailure(plugin, 'wrapped nothing'))
  return Buffer.concat([writeHeader(stanzas, fileKey), sealSmallPayload(plaintext, fileKey)])
}

/** Labels say which recipients may share an age file; here every file has one recipient. */
function take({ type, args, body }: Stanza, stanzas: Stanza[]): boolean {
  if (type === 'labels') return true
  if (type !== 'recipient-stanza') return false
  const [index, kind, ...rest] = args
  if (index !== '0' || kind === undefined) throw new SecretsError('METADATA_INVALID', 'the stanza is malformed')
  stanzas.push({ type: kind, args: rest, body })
  return true
}

function asProviderFailure(error: unknown): never {
  if (!isSecretsError(error) || error.code !== 'IDENTITY_INVALID') throw error
  throw new SecretsError('PROVIDER_FAILED', error.message, {
    hint: 'install the plugin in a folder of PATH, see that it works with age alone, or remove the recipient',
  })
}
