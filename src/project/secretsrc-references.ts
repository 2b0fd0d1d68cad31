import { type KmsKey, kmsKeyProblem, kmsReference } from '../keys/aws/kms-reference.ts'
import { keyUrl, parseKeyUrl } from '../keys/azure/key-reference.ts'
import { isKeyResource } from '../keys/gcp/resource.ts'
import { originOf, parseTransitReference, transitReference } from '../keys/vault/transit-reference.ts'
import { type ConfigMap, type ConfigNode, valueOf } from './config-node.ts'
import { readMap, readText, refuseUnknownKeys } from './config-values.ts'
import type { Problems } from './problems.ts'

/** The parts of a key of one service. */
interface Notation {
  /** The key that tells the kinds apart; its value is where a problem is shown. */
  readonly first: string
  readonly keys: readonly string[]
  readonly read: (parts: Parts) => string | undefined
}

interface Parts {
  readonly map: ConfigMap
  readonly what: string
  readonly problems: Problems
}

const NOTATIONS: readonly Notation[] = [
  { first: 'arn', keys: ['arn', 'role', 'context', 'profile'], read: readKms },
  { first: 'resource', keys: ['resource'], read: readGcp },
  { first: 'vault', keys: ['vault', 'key', 'version'], read: readAzure },
  { first: 'address', keys: ['address', 'path', 'key'], read: readTransit },
]

/**
 * A key of a service as a mapping of its parts, as the one text that key providers understand (sops's own): AWS KMS `arn`, `role`,
 * `context`, `profile`; Google Cloud `resource`; Azure `vault`, `key`, `version`; Vault `address`, `path`, `key`. What is
 * wrong is noted in `problems`, and there is no text then.
 */
export function readReferenceParts(map: ConfigMap, what: string, problems: Problems): string | undefined {
  const notation = NOTATIONS.find(({ first }) => valueOf(map, first) !== undefined)
  if (notation === undefined) {
    const kinds = 'arn (AWS KMS), resource (Google Cloud), vault (Azure) or address (Vault)'
    problems.add(`${what} needs ${kinds}`, map.place, 'or write the key as one text')
    return undefined
  }
  refuseUnknownKeys(map, what, notation.keys, problems)
  return notation.read({ map, what, problems })
}

function readKms({ map, what, problems }: Parts): string | undefined {
  const arn = required('arn', { map, what, problems })
  const context = readContext(valueOf(map, 'context'), what, problems)
  if (arn === undefined || context === undefined) return undefined
  const role = optional('role', { map, what, problems })
  const key: KmsKey = { arn, role, context, profile: optional('profile', { map, what, problems }) }
  const wrong = kmsKeyProblem(key)
  return wrong === undefined ? kmsReference(key) : refuse({ map, what, problems }, 'arn', wrong)
}

function readContext(
  node: ConfigNode | undefined,
  what: string,
  problems: Problems,
): Readonly<Record<string, string>> | undefined {
  if (node === undefined) return {}
  const map = readMap(node, `context of ${what}`, problems)
  const pairs = map?.entries.map(({ key, value }): [string, string] | undefined => {
    const text = readText(value, `context of ${what}`, problems)
    return text === undefined ? undefined : [key, text.text]
  })
  const known = pairs?.filter((pair) => pair !== undefined) ?? []
  return known.length === pairs?.length ? Object.fromEntries(known) : undefined
}

function readGcp(parts: Parts): string | undefined {
  const resource = required('resource', parts)
  if (resource === undefined || isKeyResource(resource)) return resource
  return refuse(parts, 'resource', 'it is not projects/…/locations/…/keyRings/…/cryptoKeys/…')
}

function readAzure(parts: Parts): string | undefined {
  const [vault, name] = [required('vault', parts), required('key', parts)]
  if (vault === undefined || name === undefined) return undefined
  const url = keyUrl({ vault: vault.replace(/\/$/, ''), name, version: optional('version', parts) ?? '' })
  const key = parseKeyUrl(url)
  return key === undefined ? refuse(parts, 'vault', 'its parts are not those of a key in Key Vault') : keyUrl(key)
}

function readTransit(parts: Parts): string | undefined {
  const [address, path, name] = [required('address', parts), required('path', parts), required('key', parts)]
  if (address === undefined || path === undefined || name === undefined) return undefined
  const origin = originOf(address.replace(/\/$/, ''))
  const key = origin === undefined ? undefined : { address: origin, engine: path.replace(/^\/|\/$/g, ''), name }
  const reference = key === undefined ? undefined : transitReference(key)
  if (reference !== undefined && parseTransitReference(reference) !== undefined) return reference
  return refuse(parts, 'address', 'its parts are not those of a key in a transit engine')
}

function required(key: string, { map, what, problems }: Parts): string | undefined {
  const text = optional(key, { map, what, problems })
  if (text === undefined && valueOf(map, key) === undefined) problems.add(`${what} has no ${key}`, map.place)
  return text
}

function optional(key: string, { map, what, problems }: Parts): string | undefined {
  const node = valueOf(map, key)
  if (node === undefined) return undefined
  const text = readText(node, `${key} of ${what}`, problems)?.text.trim()
  if (text !== '') return text
  problems.add(`${key} of ${what} is empty`, node.place)
  return undefined
}

function refuse({ map, what, problems }: Parts, key: string, wrong: string): undefined {
  problems.add(`${what}: ${wrong}`, valueOf(map, key)?.place ?? map.place)
  return undefined
}
