import { KMSClient } from '@aws-sdk/client-kms'
import { needPeer } from '../../support/peer.ts'
import type { TestContext } from '../../support/suite.ts'
import { startServer } from './server-process.ts'

/** A server that speaks AWS's interfaces. */
export interface Moto {
  readonly address: string
  /** Of an administrator. */
  readonly env: Readonly<Record<string, string>>
  readonly client: KMSClient
}

/** Starts moto. Its default account is 123456789012. */
export async function moto(context: TestContext): Promise<Moto> {
  const program = needPeer('moto_server', context)
  const recipe = { program, args: (port: number) => ['-H', '127.0.0.1', '-p', String(port)], ready: '/moto-api/' }
  const address = await startServer(recipe, context)
  const credentials = { accessKeyId: 'testing', secretAccessKey: 'testing' }
  const client = new KMSClient({ region: 'eu-west-1', endpoint: address, credentials })
  context.onCleanup(() => client.destroy())
  const env = { AWS_ENDPOINT_URL: address, AWS_ACCESS_KEY_ID: 'testing', AWS_SECRET_ACCESS_KEY: 'testing' }
  return { address, env, client }
}
