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
  if (type === 'request-secret') return given(await context.askPassphrase?.(question))
  if (type === 'request-public') return given(await context.askText?.(question))
  return type === 'confirm' ? confirm(question, args, context) : undefined
}

function given(answer: string | undefined): Stanza {
  return answer === undefined ? FAIL : { ...ok(), body: Buffer.from(answer, 'utf8') }
}

/** The labels of the answers come from the plugin; it is told which one was chosen. With one label there is one answer. */
async function confirm(question: string, labels: readonly string[], context: KeyContext): Promise<Stanza> {
  const answers = labels.map((label) => printable(Buffer.from(decodeBase64(label, 'unpadded')).toString('utf8')))
  if (answers.length === 0 || answers.length > 2) return FAIL
  const chosen = await context.choose?.(question, answers)
  if (chosen === undefined || answers[chosen] === undefined) return FAIL
  return ok(chosen === 0 ? 'yes' : 'no')
}
