import { randomBytes } from 'node:crypto'
import { isSecretsError, type SecretsError } from '../../../src/core/errors.ts'
import type { KeyGroup, Metadata } from '../../../src/core/metadata-model.ts'
import { canonicalText } from '../../../src/core/scalar.ts'
import { generateIdentity } from '../../../src/keys/age/generate.ts'
import type { KeyContext } from '../../../src/keys/key-provider.ts'
import { createKeyring } from '../../../src/keys/open-keyring.ts'
import { keyContext } from './key-context.ts'

export interface Person {
  readonly identity: string
  readonly recipient: string
}

export async function person(postQuantum = false): Promise<Person> {
  const { identity, recipient } = await generateIdentity({ postQuantum })
  return { identity: canonicalText(identity), recipient }
}

export function metadata(groups: readonly KeyGroup[], shamirThreshold = 0): Metadata {
  return {
    groups,
    shamirThreshold,
    lastModified: '',
    mac: '',
    selection: { by: 'none' },
    macOnlyEncrypted: false,
    seal: '',
    version: '3.13.2',
    unknown: [],
  }
}

export async function errorOf(action: Promise<unknown>): Promise<SecretsError> {
  try {
    await action
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error('no error')
}

export function opening(
  groups: readonly KeyGroup[],
  env: KeyContext['env'],
  given: Partial<KeyContext> = {},
): Promise<string> {
  return createKeyring(keyContext({ ...given, env }))
    .open(metadata(groups))
    .then((key) => Buffer.from(key).toString('hex'))
}

export async function wrapped(people: readonly Person[]): Promise<{ key: string; groups: readonly KeyGroup[] }> {
  const key = randomBytes(32)
  const groups = await createKeyring(keyContext()).wrap(key, [people.map(({ recipient }) => recipient)], 0)
  return { key: key.toString('hex'), groups }
}
