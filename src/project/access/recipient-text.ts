import { SecretsError } from '../../core/errors.ts'
import { fingerprint } from './fingerprint.ts'

/** How secret keys begin that are handed in for public ones. */
const SECRET = /^(?:AGE-SECRET-KEY-|AGE-PLUGIN-|-----BEGIN [A-Z ]*PRIVATE KEY)/im

/**
 * The one key in a text: a file or what a site answers (`https://github.com/USER.keys`). Empty lines and comments are skipped. `number`,
 * from 1, chooses where there are several. Throws `BAD_RECIPIENT` for none and for a secret key, `USAGE` for several.
 */
export function recipientIn(text: string, number?: number): string {
  if (SECRET.test(text)) throw secretKey()
  const keys = text.split(/\r?\n/).map((line) => line.trim())
  const found = keys.filter((line) => line !== '' && !line.startsWith('#'))
  const chosen = number === undefined && found.length === 1 ? found[0] : found[(number ?? 0) - 1]
  if (chosen !== undefined) return chosen
  if (found.length === 0) throw new SecretsError('BAD_RECIPIENT', 'there is no key in what was given')
  throw new SecretsError('USAGE', `${found.length} keys were given`, {
    hint: `choose one with --number 1 to --number ${found.length}`,
    details: found.map((key, index) => `${index + 1}: ${key.split(' ')[0]?.slice(0, 20)} ${fingerprint(key)}`),
  })
}

/** Refuses what is no public key but is often given in its place. Throws `BAD_RECIPIENT`. */
export function refuseUnsuitable(reference: string, name: string): void {
  if (SECRET.test(reference)) throw secretKey()
  const user = /^github:(.+)$/.exec(reference)?.[1]
  if (user === undefined) return
  throw new SecretsError('BAD_RECIPIENT', 'keys are not fetched from the network', {
    hint: `curl -fsS https://github.com/${encodeURIComponent(user)}.keys | secrets recipients add ${name} -`,
  })
}

function secretKey(): SecretsError {
  return new SecretsError('BAD_RECIPIENT', 'this is a secret key', {
    hint: 'name its public key; where others may have seen the secret one, make a new pair with "secrets keygen"',
  })
}
