/** Where settings are that no repository can change. Loaded by everything that opens files: imports next to nothing. */
import { join } from 'node:path'

/** What the places depend on. */
export interface SettingsSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/**
 * The settings of the machine, which its administrator writes. No variable moves this place: its user could loosen what holds for
 * them otherwise.
 */
export function systemSettingsPath(platform: NodeJS.Platform): string {
  return platform === 'win32' ? 'C:\\ProgramData\\secretsrc\\config.yaml' : '/etc/secretsrc/config.yaml'
}

/** The settings of the user: `SECRETS_AUDIT_CONFIG`, else those in their folder for configuration. */
export function userSettingsPath({ env, platform, home }: SettingsSurroundings): string {
  const named = env['SECRETS_AUDIT_CONFIG'] ?? ''
  if (named !== '') return named
  const folder = env['XDG_CONFIG_HOME'] ?? ''
  if (folder !== '') return join(folder, 'secretsrc', 'config.yaml')
  if (platform === 'win32') return join(env['APPDATA'] ?? join(home, 'AppData', 'Roaming'), 'secretsrc', 'config.yaml')
  return join(home, '.config', 'secretsrc', 'config.yaml')
}
