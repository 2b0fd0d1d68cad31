import { readFileSync } from 'node:fs'

/** Put in by the bundler; absent when the sources run as they are. */
declare const SECRETS_VERSION: string | undefined

/** The version of the package. */
export function packageVersion(): string {
  return typeof SECRETS_VERSION === 'string' ? SECRETS_VERSION : versionOfManifest()
}

function versionOfManifest(): string {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))
  const holder = typeof manifest === 'object' && manifest !== null ? new Map(Object.entries(manifest)) : new Map()
  return String(holder.get('version') ?? 'unknown')
}
