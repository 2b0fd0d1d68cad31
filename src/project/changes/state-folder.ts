import { join } from 'node:path'

/** What the user's folder for state depends on. */
export interface StateSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly platform: NodeJS.Platform
  readonly home: string
}

/** The user's folder for state (XDG Base Directory Specification; each system's own elsewhere). */
export function stateFolder({ env, platform, home }: StateSurroundings): string {
  const own = env['XDG_STATE_HOME'] ?? ''
  if (own !== '') return join(own, 'secretsrc')
  if (platform === 'win32') return join(env['LOCALAPPDATA'] ?? join(home, 'AppData', 'Local'), 'secretsrc')
  if (platform === 'darwin') return join(home, 'Library', 'Application Support', 'secretsrc')
  return join(home, '.local', 'state', 'secretsrc')
}
