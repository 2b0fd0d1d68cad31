import type { AgeHeader } from '../age/header.ts'
import { type AgeIdentity, FILE_KEY_LENGTH } from '../age/identity.ts'
import type { PluginLine } from '../age/key-file.ts'
import type { KeyContext } from '../key-provider.ts'
import { pluginOfRecipient } from './plugin-name.ts'

/** An `AGE-PLUGIN-NAME-1…` of the user. Its plugin is run when a file is opened; nothing in a file can name another. */
export class PluginIdentity implements AgeIdentity {
  readonly label: string
  readonly #line: PluginLine
  readonly #context: KeyContext

  constructor(line: PluginLine, context: KeyContext) {
    this.label = `age-plugin-${line.plugin}`
    this.#line = line
    this.#context = context
  }

  /** Only the plugin could say. */
  recipient(): Promise<undefined> {
    return Promise.resolve(undefined)
  }

  prefers(recipient: string): boolean {
    return pluginOfRecipient(recipient) === this.#line.plugin
  }

  /** All stanzas go to the plugin, also of kinds that are known here: a plugin may hold an X25519 or SSH key. */
  async unwrapFileKey(header: AgeHeader): Promise<Uint8Array | undefined> {
    const { talkToPlugin } = await import('./dialogue.ts')
    const empty = new Uint8Array(0)
    let fileKey: Uint8Array | undefined
    await talkToPlugin(
      {
        plugin: this.#line.plugin,
        protocol: 'identity-v1',
        opening: [
          { type: 'add-identity', args: [this.#line.reveal()], body: empty },
          ...header.stanzas.map(({ type, args, body }) => ({
            type: 'recipient-stanza',
            args: ['0', type, ...args],
            body,
          })),
        ],
        take: (stanza) => {
          if (stanza.type !== 'file-key') return false
          if (stanza.args[0] === '0' && stanza.body.length === FILE_KEY_LENGTH) fileKey = stanza.body
          return true
        },
      },
      this.#context,
    )
    return fileKey
  }
}
