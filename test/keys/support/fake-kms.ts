import type { KeyProvider } from '../../../src/keys/key-provider.ts'
import type { KeyProviderEntry } from '../../../src/keys/providers/registry.ts'

export interface FakeKms {
  readonly entry: KeyProviderEntry
  readonly calls: string[]
  running: number
  most: number
}

/** A service over a network: wraps to base64 and takes `delay` ms. */
export function fakeKms(delay = 1, list = 'kms'): FakeKms {
  const fake = { calls: [] as string[], running: 0, most: 0 }
  const provider: KeyProvider = {
    id: `fake-${list}`,
    summary: 'a fake',
    list,
    remote: true,
    pattern: `^${list}-[a-z0-9]+$`,
    canonical: (reference) => reference,
    referenceOf: ({ fields }) => (typeof fields['arn'] === 'string' ? fields['arn'] : undefined),
    wrap: (reference, key) =>
      Promise.resolve({ kind: list, fields: { arn: reference, enc: Buffer.from(key).toString('base64') } }),
    unwrap: async ({ fields }) => {
      fake.calls.push(textOf(fields['arn']))
      fake.running += 1
      fake.most = Math.max(fake.most, fake.running)
      await new Promise((resolve) => setTimeout(resolve, delay))
      fake.running -= 1
      if (fields['arn'] === `${list}-denied`) return { failed: 'access denied', tried: [] }
      return { opened: Buffer.from(textOf(fields['enc']), 'base64'), by: 'role' }
    },
  }
  const { id, summary, remote, pattern } = provider
  return Object.assign(fake, { entry: { id, summary, list, remote, pattern, load: () => Promise.resolve(provider) } })
}

function textOf(field: unknown): string {
  return typeof field === 'string' ? field : ''
}
