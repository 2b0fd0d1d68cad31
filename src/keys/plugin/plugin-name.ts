/**
 * Names of age plugins in recipients (`age1name1…`) and identities (`AGE-PLUGIN-NAME-1…`).
 * Source: https://c2sp.org/age-plugin, "Encodings" and "Plugin names".
 */
import { decodeBech32 } from '../age/bech32.ts'

/** What the specification allows, in lower case: nothing in it can be read as a path. */
const NAME = /^[a-z0-9+._-]{1,64}$/
const RECIPIENT_PREFIX = 'age1'
const IDENTITY_PREFIX = 'AGE-PLUGIN-'

/** The plugin of a recipient; undefined for a text that is no complete recipient of a plugin, or names no proper plugin. */
export function pluginOfRecipient(text: string): string | undefined {
  const prefix = text.slice(0, Math.max(0, text.lastIndexOf('1')))
  if (!prefix.startsWith(RECIPIENT_PREFIX)) return undefined
  const name = prefix.slice(RECIPIENT_PREFIX.length)
  return isPluginName(name) && decodeBech32(prefix, text) !== undefined ? name : undefined
}

/** The plugin of an identity, in lower case; undefined for any other text. */
export function pluginOfIdentity(text: string): string | undefined {
  const prefix = text.slice(0, Math.max(0, text.lastIndexOf('1')))
  if (!prefix.startsWith(IDENTITY_PREFIX) || !prefix.endsWith('-')) return undefined
  const name = prefix.slice(IDENTITY_PREFIX.length, -1).toLowerCase()
  return isPluginName(name) && decodeBech32(prefix, text) !== undefined ? name : undefined
}

/** Whether the text may stand behind `age-plugin-` in the name of a program. */
export function isPluginName(name: string): boolean {
  return NAME.test(name)
}
