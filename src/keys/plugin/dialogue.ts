import { isSecretsError } from '../../core/errors.ts'
import type { Stanza } from '../age/header.ts'
import { inTurn } from '../in-turn.ts'
import type { KeyContext } from '../key-provider.ts'
import { printable } from '../printable.ts'
import { answerPrompt, ok } from './answer-prompt.ts'
import { type PluginStart, pluginFailure, type RunningPlugin, startPlugin } from './running-plugin.ts'

/** One dialogue: what the plugin is told first, and what is made of its results. */
export interface Dialogue extends PluginStart {
  /** Without the `done` that ends it. */
  readonly opening: readonly Stanza[]
  /** Takes a result; false for a stanza that is none, and throws for a result that is malformed. */
  readonly take: (stanza: Stanza) => boolean
}

const DONE: Stanza = { type: 'done', args: [], body: new Uint8Array(0) }
const UNSUPPORTED: Stanza = { ...DONE, type: 'unsupported' }

/**
 * Talks to a plugin until it is done, in two phases as https://c2sp.org/age-plugin has it. One plugin at a time: any
 * may ask. Throws `IDENTITY_INVALID` with what the plugin says went wrong, or how it ended.
 */
export function talkToPlugin(dialogue: Dialogue, context: KeyContext): Promise<void> {
  return inTurn(context, async () => {
    const plugin = await startPlugin(dialogue, context)
    try {
      for (const stanza of [...dialogue.opening, DONE]) plugin.send(stanza)
      await answerAll(plugin, dialogue, context)
    } finally {
      await plugin.close()
    }
  })
}

async function answerAll(plugin: RunningPlugin, dialogue: Dialogue, context: KeyContext): Promise<void> {
  for (;;) {
    const stanza = await plugin.receive()
    if (stanza.type === 'done') return
    if (stanza.type === 'error') {
      plugin.send(ok())
      throw pluginFailure(dialogue.plugin, `says: ${printable(Buffer.from(stanza.body).toString('utf8'))}`)
    }
    plugin.send(await answerTo(stanza, dialogue, context))
  }
}

/** What is not known is to be answered so that a newer plugin goes on; some send such stanzas at random to see to it. */
async function answerTo(stanza: Stanza, { plugin, take }: Dialogue, context: KeyContext): Promise<Stanza> {
  try {
    if (take(stanza)) return ok()
    return (await answerPrompt(stanza, plugin, context)) ?? UNSUPPORTED
  } catch (error) {
    if (!isSecretsError(error) || error.code !== 'METADATA_INVALID') throw error
    throw pluginFailure(plugin, 'does not speak the protocol of age plugins')
  }
}
