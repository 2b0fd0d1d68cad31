import { SecretsError } from '../../core/errors.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { nameProblem } from '../../project/names.ts'
import type { NewRecipient } from '../../project/secretsrc-text.ts'

/** Reads `NAME=KEY`, checked. Throws `USAGE` for another form, a bad name or a name twice; `BAD_RECIPIENT`. */
export async function givenRecipients(
  texts: readonly string[],
  keyring: Pick<Keyring, 'canonical'>,
): Promise<readonly NewRecipient[]> {
  const recipients = texts.map(parse)
  const double = recipients.find(({ name }, index) => recipients.findIndex((other) => other.name === name) < index)
  if (double !== undefined) throw new SecretsError('USAGE', `--recipient names ${double.name} twice`)
  await Promise.all(recipients.map(({ reference }) => keyring.canonical(reference)))
  return recipients
}

function parse(text: string): NewRecipient {
  const at = text.indexOf('=')
  const [name, reference] = [text.slice(0, Math.max(0, at)), text.slice(at + 1).trim()]
  if (at < 1 || reference === '') {
    throw new SecretsError('USAGE', '--recipient needs a name and a key', { hint: 'as in --recipient alice=age1…' })
  }
  const wrong = nameProblem(name)
  if (wrong !== undefined) throw new SecretsError('USAGE', `--recipient ${name}: ${wrong}`)
  return { name, reference }
}
