import { needPeer } from '../../support/peer.ts'
import type { TestContext } from '../../support/suite.ts'
import { startServer } from './server-process.ts'

/** A development server of Vault. Its administrator's token is `root`. */
export interface VaultServer {
  readonly address: string
  /** Calls the server as its administrator; gives the answer's JSON. */
  readonly admin: (method: string, path: string, body?: unknown) => Promise<VaultAnswer>
}

/** What the tests read of an answer. */
export interface VaultAnswer {
  readonly auth?: { readonly client_token: string }
  readonly data?: { readonly role_id: string; readonly secret_id: string }
}

/** Starts Vault, with nothing in it. */
export async function vaultServer(context: TestContext): Promise<VaultServer> {
  const program = needPeer('vault', context)
  const address = await startServer({ program, args: argumentsOf, ready: '/v1/sys/health' }, context)
  const admin = async (method: string, path: string, body: unknown = {}): Promise<VaultAnswer> => {
    const headers = { 'x-vault-token': 'root' }
    const sent = method === 'GET' ? {} : { body: JSON.stringify(body) }
    const answer = await fetch(`${address}/v1/${path}`, { method, headers, ...sent })
    const text = await answer.text()
    if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
    // An answer of Vault; what it lacks is undefined.
    return text === '' ? {} : (JSON.parse(text) as VaultAnswer)
  }
  return { address, admin }
}

function argumentsOf(port: number): readonly string[] {
  const listener = `-dev-listen-address=127.0.0.1:${port}`
  return ['server', '-dev', '-dev-root-token-id=root', '-dev-no-store-token', listener]
}
