import { decodeBase64 } from '../age/base64.ts'
import type { Stanza } from '../age/header.ts'
import type { KeyContext } from '../key-provider.ts'
import { printable } from '../printable.ts'

/** `ok` with what the plugin asked for. */
export function ok(...args: readonly string[]): Stanza {
  return { type: 'ok', args, body: new Uint8Array(0) }
}

const FAIL: Stanza = { type: 'fail', args: [], body: new Uint8Array(0) }

/**
 * The answer to what a plugin has to say to the user or asks of them; undefined where the stanza is neither.
 * `fail` where nobody can be asked or the answer is none. Source: https://c2sp.org/age-plugin, "User interaction".
 */
export async function answerPrompt(
  { type, args, body }: Stanza,
  plugin: string,
  context: KeyContext,
): Promise<Stanza | undefined> {
  const text = printable(Buffer.from(body).toString('utf8'))
  if (type === 'msg') {
    context.notify?.(`age-plugin-${plugin}: ${text}`)
    return context.notify === undefined ? FAIL : ok()
  }
  const question = `age-plugin-${plugin}: ${text}`
  if (type === 'request-secret' || type === 'request-public') {
    const answer = await context.askPassphrase?.(question)
    return answer === undefined ? FAIL : { ...ok(), body: Buffer.from(answer, 'utf8') }
  }
  return type === 'confirm' ? confirm(question, args, context) : undefined
}

/** The labels of the answers come from the plugin; it is told which one was chosen. With one label there is one answer. */
async function confirm(question: string, labels: readonly string[], context: KeyContext): Promise<Stanza> {
  const [yes, no] = labels.map((label) => printable(Buffer.from(decodeBase64(label, 'unpadded')).toString('utf8')))
  if (yes === undefined || labels.length > 2) return FAIL
  const choices = `1 for ${yes}${no === undefined ? '' : `, 2 for ${no}`}`
  const answer = (await context.askPassphrase?.(`${question} (${choices})`))?.trim()
  if (answer === '1') return ok('yes')
  return answer === '2' && no !== undefined ? ok('no') : FAIL
}
