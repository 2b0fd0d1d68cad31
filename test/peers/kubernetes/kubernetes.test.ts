/** Manifests that we write, given to a real API server: what it takes, what it holds then, and that it refuses what we refuse. */
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { ExportEntry, ExportOptions } from '../../../src/pipeline/exports/export-format.ts'
import { format } from '../../../src/pipeline/exports/formats/kubernetes.ts'
import { isKubernetesName, isNamespaceName } from '../../../src/pipeline/exports/kubernetes-names.ts'
import { awkwardText } from '../../pipeline/exports/awkward-text.ts'
import { entry, refusal, textOf } from '../../pipeline/exports/entries.ts'
import { suite } from '../../support/suite.ts'
import { type KubernetesAnswer, type KubernetesServer, kubernetesServer } from '../support/kubernetes-server.ts'

const MANIFESTS = 40 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)
const SECRETS = '/api/v1/namespaces/shop/secrets'

/** Puts a manifest on the server as `kubectl apply --server-side` does. */
async function apply({ ask }: KubernetesServer, name: string, manifest: string): Promise<KubernetesAnswer> {
  const path = `${SECRETS}/${name}?fieldManager=test&force=false`
  return ask({ method: 'PATCH', path, type: 'application/apply-patch+yaml', body: manifest })
}

/** Values of a Secret on the server, by key; the type stands beside. */
async function held(
  { ask }: KubernetesServer,
  name: string,
): Promise<{ readonly type: string; readonly data: object }> {
  const answer = await ask({ method: 'GET', path: `${SECRETS}/${name}` })
  assert.is(answer.status, 200, answer.body)
  // An answer of the server; what it lacks fails the test.
  const { type, data } = JSON.parse(answer.body) as { type: string; data?: Readonly<Record<string, string>> }
  return { type, data: { ...data } }
}

/** Whether the server would take a Secret as it is given here, past all checks of ours. */
async function isTaken({ ask }: KubernetesServer, secret: object): Promise<boolean> {
  const body = JSON.stringify({ apiVersion: 'v1', kind: 'Secret', ...secret })
  const answer = await ask({ method: 'POST', path: `${SECRETS}?dryRun=All`, type: 'application/json', body })
  assert.ok([201, 400, 422].includes(answer.status), answer.body)
  return answer.status === 201
}

function base64(value: string | Uint8Array): string {
  return Buffer.from(value).toString('base64')
}

async function assertHeld(
  server: KubernetesServer,
  entries: readonly ExportEntry[],
  options: ExportOptions & { readonly name: string },
): Promise<void> {
  const answer = await apply(server, options.name, textOf(format, entries, { namespace: 'shop', ...options }))
  assert.ok([200, 201].includes(answer.status), answer.body)
  const expected = entries.map(({ name, value, bytes }) => [name, base64(bytes ?? String(value.canonical))])
  assert.equal((await held(server, options.name)).data, Object.fromEntries(expected))
}

const key = fc.oneof(
  fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/),
  fc.constantFrom('null', 'on', '1', '1e3', '0x1f', '-', '_', '.a', 'a..b', 'tls.crt', 'constructor', 'x'.repeat(253)),
)

suite('manifests on a Kubernetes API server', (test) => {
  test('are applied and read back, whatever the values', async (context) => {
    const server = await kubernetesServer(context)
    const values = fc.oneof(awkwardText, fc.uint8Array({ maxLength: 40 }))
    const manifests = fc.sample(fc.dictionary(key, values, { minKeys: 1, maxKeys: 12 }), MANIFESTS)
    for (const [index, manifest] of manifests.entries()) {
      const usable = Object.entries(manifest).filter(([name]) => format.problem?.(entry(name, ''), {}) === undefined)
      const entries = usable.map(([name, value]) => entry(name, value))
      await assertHeld(server, entries, { name: `s-${index}` })
    }
    // What is gone from the next manifest is gone from the Secret.
    await assertHeld(server, [entry('a', 'x'), entry('b', 'y')], { name: 'gone' })
    await assertHeld(server, [entry('b', 'y')], { name: 'gone' })
    await assertHeld(server, [], { name: 'gone' })
    for (const name of ['123', 'true', 'null', '1e3', 'a.b']) await assertHeld(server, [entry('a', 'x')], { name })
    await assertHeld(server, [entry('a', new Uint8Array(1_048_576))], { name: 'full' })
    assert.not.ok(
      await isTaken(server, { metadata: { name: 'more' }, data: { a: base64(new Uint8Array(1_048_577)) } }),
      'we refuse one byte more, and so does the server',
    )
  }, 300)

  test('are refused by us where the server would refuse them', async (context) => {
    const server = await kubernetesServer(context)
    const characters = fc.constantFrom('a', 'Z', '0', '-', '_', '.', '/', ':', ' ', 'é', '\n')
    const words = fc.sample(fc.string({ unit: characters, maxLength: 4 }), MANIFESTS)
    const lengths = [63, 64, 253, 254].map((length) => 'x'.repeat(length))
    for (const word of [...words, ...lengths, '', '.', '..', '..a', '...', 'a..', '.a', 'a.b', 'a-', '-a']) {
      const problem = format.problem?.(entry(word, 'v'), {})
      const taken = await isTaken(server, { metadata: { name: 'a' }, data: { [word]: 'dg==' } })
      assert.is(problem === undefined, taken, `key ${JSON.stringify(word)}`)
      if (word === '') continue
      const named = await isTaken(server, { metadata: { name: word } })
      assert.is(isKubernetesName(word), named, `name ${JSON.stringify(word)}`)
      const body = JSON.stringify({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: word } })
      const path = '/api/v1/namespaces?dryRun=All'
      const { status } = await server.ask({ method: 'POST', path, type: 'application/json', body })
      // 409: it is there.
      assert.is(isNamespaceName(word), [201, 409].includes(status), `namespace ${JSON.stringify(word)}`)
    }
  }, 300)

  test('have the keys that the server asks for by their type', async (context) => {
    const server = await kubernetesServer(context)
    const typed: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
      ['tls', { 'tls.crt': 'c', 'tls.key': 'k' }],
      ['dockerconfigjson', { '.dockerconfigjson': '{"auths":{}}' }],
      ['dockercfg', { '.dockercfg': '{}' }],
      ['basic-auth', { username: 'u' }],
      ['basic-auth', { password: 'p' }],
      ['ssh-auth', { 'ssh-privatekey': 'k' }],
      ['Opaque', { anything: 'x' }],
      ['example.com/thing', { anything: 'x' }],
      ['bootstrap.kubernetes.io/token', { 'token-id': 'abcdef', 'token-secret': '0123456789abcdef' }],
    ]
    for (const [index, [type, values]] of typed.entries()) {
      const entries = Object.entries(values).map(([name, value]) => entry(name, value))
      await assertHeld(server, entries, { name: `typed-${index}`, type })
      const { type: stored } = await held(server, `typed-${index}`)
      assert.ok(stored === type || stored === `kubernetes.io/${type}`)
      if (!stored.startsWith('kubernetes.io/')) continue
      const broken = [{}, { [Object.keys(values)[0] ?? '']: 'no JSON' }].filter(
        (data) => stored !== 'kubernetes.io/tls' || Object.keys(data).length < 2,
      )
      for (const data of broken) {
        const ours = refusal(() =>
          textOf(
            format,
            Object.entries(data).map(([name, value]) => entry(name, value)),
            { name: 'a', type },
          ),
        )
        const encoded = Object.fromEntries(Object.entries(data).map(([name, value]) => [name, base64(value)]))
        assert.is(
          ours === 'nothing',
          await isTaken(server, { metadata: { name: 'a' }, type: stored, data: encoded }),
          type,
        )
      }
    }
    // What we refuse and why: the cluster has to name the account, and fills it.
    const account = { metadata: { name: 'a' }, type: 'kubernetes.io/service-account-token', data: { token: 'dA==' } }
    assert.not.ok(await isTaken(server, account))
  }, 300)
})
