import { accessSync, constants } from 'node:fs'
import { homedir } from 'node:os'
import { delimiter, join } from 'node:path'
import type { TestContext } from './suite.ts'

/** A program of another project that ours is compared with, or why it is not there. */
export type Peer = { readonly path: string } | { readonly reason: string }

/** Looks for a program where `npm run peers` puts it, then in PATH. */
export function peer(program: string): Peer {
  const folders = [join(peersFolder(), 'bin'), ...(process.env['PATH'] ?? '').split(delimiter)]
  const name = process.platform === 'win32' ? `${program}.exe` : program
  const path = folders.map((folder) => join(folder, name)).find(isProgram)
  return path === undefined ? { reason: `${program} is not installed: npm run peers -- --install` } : { path }
}

/**
 * The path of a peer. Where it is missing the test is skipped; with SECRETS_PEERS_REQUIRED=1 it fails, unless
 * SECRETS_PEERS_LEFT_OUT (names, separated by commas) says that it was left out on purpose.
 */
export function needPeer(program: string, { skip }: Pick<TestContext, 'skip'>): string {
  const found = peer(program)
  if ('path' in found) return found.path
  const leftOut = (process.env['SECRETS_PEERS_LEFT_OUT'] ?? '').split(',').includes(program)
  if (process.env['SECRETS_PEERS_REQUIRED'] === '1' && !leftOut) throw new Error(found.reason)
  return skip(found.reason)
}

function peersFolder(): string {
  const { SECRETS_PEERS_DIR: chosen = '', XDG_CACHE_HOME: cache = '' } = process.env
  if (chosen !== '') return chosen
  return join(cache === '' ? join(homedir(), '.cache') : cache, 'secretsrc-peers')
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK)
    return true
  } catch {
    return false
  }
}
