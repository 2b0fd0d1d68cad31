import { generateKeyPairSync } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { request } from 'node:https'
import { join } from 'node:path'
import { needPeer } from '../../support/peer.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { startServer } from './server-process.ts'

/** An API server of Kubernetes with its database, without controllers and nodes. */
export interface KubernetesServer {
  /** Asks as the administrator. */
  readonly ask: (question: KubernetesQuestion) => Promise<KubernetesAnswer>
  /** A configuration file for kubectl. */
  readonly kubeconfig: string
}

export interface KubernetesQuestion {
  readonly method: string
  readonly path: string
  readonly type?: string
  readonly body?: string
}

export interface KubernetesAnswer {
  readonly status: number
  readonly body: string
}

const TOKEN = 'admin-token'

/** Starts a server with nothing in it but the namespace `shop`. */
export async function kubernetesServer(context: TestContext): Promise<KubernetesServer> {
  const [program, etcd] = [needPeer('kube-apiserver', context), needPeer('etcd', context)]
  const folder = temporaryFolder(context)
  const database = await startServer({ program: etcd, args: databaseArguments, ready: '/health' }, context)
  writeKeys(folder)
  const certificate = join(folder, 'certificates', 'apiserver.crt')
  const ask = async (address: string, question: KubernetesQuestion): Promise<KubernetesAnswer> =>
    answerTo(address, readFileSync(certificate), question)
  const address = await startServer(
    {
      program,
      args: (port) => serverArguments(folder, database, port),
      ready: '/readyz',
      scheme: 'https',
      statusOf: async (url) => (await ask(new URL(url).origin, { method: 'GET', path: '/readyz' })).status,
    },
    context,
  )
  const namespace = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } })
  await ask(address, { method: 'POST', path: '/api/v1/namespaces', type: 'application/json', body: namespace })
  return { ask: async (question) => ask(address, question), kubeconfig: kubeconfig(folder, address, certificate) }
}

function databaseArguments(port: number): readonly string[] {
  const address = `http://127.0.0.1:${port}`
  // What members of a cluster would talk through; this one is alone.
  const peers = ['--listen-peer-urls', 'http://127.0.0.1:0']
  const clients = ['--listen-client-urls', address, '--advertise-client-urls', address]
  return ['--data-dir', 'data', '--log-level', 'error', '--unsafe-no-fsync', ...peers, ...clients]
}

function writeKeys(folder: string): void {
  const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
  writeFileSync(join(folder, 'accounts.key'), privateKey.export({ type: 'pkcs1', format: 'pem' }))
  writeFileSync(join(folder, 'accounts.pub'), publicKey.export({ type: 'spki', format: 'pem' }))
  writeFileSync(join(folder, 'tokens.csv'), `${TOKEN},admin,1,"system:masters"\n`)
}

function serverArguments(folder: string, database: string, port: number): readonly string[] {
  return [
    `--etcd-servers=${database}`,
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--cert-dir=${join(folder, 'certificates')}`,
    `--token-auth-file=${join(folder, 'tokens.csv')}`,
    '--authorization-mode=RBAC',
    '--endpoint-reconciler-type=none',
    '--service-cluster-ip-range=10.0.0.0/24',
    '--service-account-issuer=https://kubernetes.default.svc',
    `--service-account-key-file=${join(folder, 'accounts.pub')}`,
    `--service-account-signing-key-file=${join(folder, 'accounts.key')}`,
  ]
}

async function answerTo(address: string, ca: Buffer, question: KubernetesQuestion): Promise<KubernetesAnswer> {
  const { method, path, type, body } = question
  const headers = { authorization: `Bearer ${TOKEN}`, ...(type === undefined ? {} : { 'content-type': type }) }
  return new Promise((resolve, reject) => {
    const asked = request(`${address}${path}`, { method, headers, ca }, (answer) => {
      let text = ''
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }))
      answer.on('error', reject)
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

function kubeconfig(folder: string, server: string, certificate: string): string {
  const file = join(folder, 'kubeconfig')
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority': certificate } }],
    users: [{ name: 'admin', user: { token: TOKEN } }],
    contexts: [{ name: 'test', context: { cluster: 'test', user: 'admin', namespace: 'shop' } }],
    'current-context': 'test',
  }
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config))
  return file
}
