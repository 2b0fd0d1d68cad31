import { SecretsError } from '../../core/errors.ts'
import { parseAddress } from './parse-address.ts'
import type { SettingsSurroundings } from './settings-places.ts'
import { type SinkOptions, sinkSettings } from './sink-of-address.ts'
import type { AuditSettings, SecretSource, SinkSettings } from './sink-settings.ts'

/**
 * What the variables say, for runners that have no file: `SECRETS_AUDIT`, addresses with blanks between; `SECRETS_AUDIT_REQUIRED`;
 * `SECRETS_AUDIT_TOKEN` or `…_TOKEN_FILE`, and `SECRETS_AUDIT_PASSWORD` or `…_PASSWORD_FILE`. Throws `CONFIG_INVALID`.
 */
export function settingsOfVariables(surroundings: SettingsSurroundings): AuditSettings | undefined {
  const { env } = surroundings
  const addresses = (env['SECRETS_AUDIT'] ?? '').split(/\s+/).filter((text) => text !== '')
  if (addresses.length === 0) return undefined
  const required = isTrue(env['SECRETS_AUDIT_REQUIRED'])
  return { sinks: addresses.map((text, index) => sinkOf(text, index, { required }, surroundings)), names: true }
}

function sinkOf(
  text: string,
  index: number,
  { required }: Pick<SinkOptions, 'required'>,
  surroundings: SettingsSurroundings,
): SinkSettings {
  const which = `address ${index + 1} of SECRETS_AUDIT`
  const address = parseAddress(text, surroundings)
  if ('problem' in address) throw invalid(`${which} ${address.problem}`, address.hint)
  const token = address.kind === 'http' ? secretSource('TOKEN', surroundings) : undefined
  const password = address.kind === 'postgres' ? secretSource('PASSWORD', surroundings) : undefined
  const made = sinkSettings(address, { required, token, password })
  if ('problem' in made) throw invalid(`${which}: ${made.problem}`, made.hint)
  return made
}

function secretSource(name: 'TOKEN' | 'PASSWORD', { env }: SettingsSurroundings): SecretSource | undefined {
  const variable = `SECRETS_AUDIT_${name}`
  if ((env[variable] ?? '') !== '') return { variable }
  const file = env[`${variable}_FILE`] ?? ''
  return file === '' ? undefined : { file }
}

function isTrue(text: string | undefined): boolean {
  const value = (text ?? '').toLowerCase()
  if (['', '0', 'false', 'no'].includes(value)) return false
  if (['1', 'true', 'yes'].includes(value)) return true
  throw invalid('SECRETS_AUDIT_REQUIRED must be true or false', undefined)
}

function invalid(message: string, hint: string | undefined): SecretsError {
  return new SecretsError('CONFIG_INVALID', message, hint === undefined ? {} : { hint })
}
