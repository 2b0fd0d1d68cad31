/** Where peers live: a folder outside of the repository, shared by all checkouts of this machine. */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, mkdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'

/** `SECRETS_PEERS_DIR`, or `secretsrc-peers` in the user's cache folder. */
export function peersFolder() {
  const { SECRETS_PEERS_DIR: chosen, XDG_CACHE_HOME: cache } = process.env
  if (chosen !== undefined && chosen !== '') return chosen
  return join(cache !== undefined && cache !== '' ? cache : join(homedir(), '.cache'), 'secretsrc-peers')
}

/** The folder of the peers' programs. */
export function programsFolder() {
  return join(peersFolder(), 'bin')
}

/** Environment in which the peers' programs come first. */
export function peersEnvironment() {
  return {
    ...process.env,
    SECRETS_PEERS_DIR: peersFolder(),
    PATH: [programsFolder(), process.env.PATH].join(delimiter),
  }
}

/** Whether the cache holds the program. */
export function isInstalled(program) {
  try {
    accessSync(join(programsFolder(), program + (process.platform === 'win32' ? '.exe' : '')), constants.X_OK)
    return true
  } catch {
    return false
  }
}

/** Installs Go commands into the cache. Gives '' or why it did not work. */
export function goInstall(...packages) {
  mkdirSync(programsFolder(), { recursive: true })
  if (spawnSync('go', ['version']).status !== 0) return 'Go is not installed'
  const env = { ...process.env, GOBIN: programsFolder() }
  const result = spawnSync('go', ['install', ...packages], { env, encoding: 'utf8' })
  return result.status === 0 ? '' : `go install failed: ${result.stderr}`
}
