/** What Kubernetes asks of a Secret by its type: `ValidateSecret` in pkg/apis/core/validation, and the documents on Secrets. */
import { SecretsError } from '../../core/errors.ts'

/** A type that has rules. */
interface SecretType {
  readonly name: string
  /** Keys of which each has to be there. */
  readonly all?: readonly string[]
  /** Keys of which one has to be there. */
  readonly any?: readonly string[]
  /** The key whose value is a JSON object. */
  readonly json?: string
  /** Why it is not written. */
  readonly refusal?: string
}

const TYPES: readonly SecretType[] = [
  { name: 'Opaque' },
  { name: 'kubernetes.io/tls', all: ['tls.crt', 'tls.key'] },
  { name: 'kubernetes.io/dockerconfigjson', all: ['.dockerconfigjson'], json: '.dockerconfigjson' },
  { name: 'kubernetes.io/dockercfg', all: ['.dockercfg'], json: '.dockercfg' },
  { name: 'kubernetes.io/basic-auth', any: ['username', 'password'] },
  { name: 'kubernetes.io/ssh-auth', all: ['ssh-privatekey'] },
  { name: 'bootstrap.kubernetes.io/token', all: ['token-id', 'token-secret'] },
  {
    name: 'kubernetes.io/service-account-token',
    refusal: 'the cluster makes and fills Secrets of service accounts itself',
  },
]
/** `domain/name` or a word, for controllers of others: a qualified name (apimachinery, `IsQualifiedName`). */
const CUSTOM = /^(?:[a-z0-9](?:[-.a-z0-9]*[a-z0-9])?\/)?[A-Za-z0-9](?:[-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/

/**
 * The type that `given` names, in full or without `kubernetes.io/`, checked against the values that it is for. Throws `USAGE` for a type
 * that Kubernetes does not have or fills itself, and for values that are not those of the type.
 */
export function secretType(given: string | undefined, values: ReadonlyMap<string, Uint8Array>): string {
  const type = typeNamed(given ?? 'Opaque')
  const { name, refusal, json } = type
  if (refusal !== undefined) throw new SecretsError('USAGE', `no Secret of type ${name} can be written: ${refusal}`)
  const missing = missingKeys(type, values)
  if (missing !== undefined) {
    throw new SecretsError('USAGE', `a Secret of type ${name} needs ${missing}`, {
      hint: 'name the entries so: in their file, by the name of a binary file, or in a file for --map',
    })
  }
  if (json !== undefined && !isJsonObject(values.get(json))) {
    throw new SecretsError('USAGE', `a Secret of type ${name} needs a JSON object as ${json}`)
  }
  return name
}

function typeNamed(given: string): SecretType {
  const known = TYPES.find(({ name }) => [name, name.replace(/^(?:bootstrap\.)?kubernetes\.io\//, '')].includes(given))
  if (known !== undefined) return known
  if (/^opaque$/i.test(given)) return { name: 'Opaque' }
  if (CUSTOM.test(given) && given.includes('/') && !/(?:^|\.)kubernetes\.io\//.test(given)) return { name: given }
  throw new SecretsError('USAGE', `Kubernetes has no Secrets of type ${given}`, {
    hint: `types: ${TYPES.flatMap(({ name, refusal }) => (refusal === undefined ? [name] : [])).join(', ')}, or one of yours: example.com/name`,
  })
}

function missingKeys({ all = [], any }: SecretType, values: ReadonlyMap<string, Uint8Array>): string | undefined {
  const missing = all.filter((key) => !values.has(key))
  if (missing.length > 0) return `the ${missing.length === 1 ? 'key' : 'keys'} ${missing.join(' and ')}`
  return any?.some((key) => values.has(key)) === false ? `one of the keys ${any.join(', ')}` : undefined
}

function isJsonObject(bytes: Uint8Array | undefined): boolean {
  try {
    const value: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return typeof value === 'object' && value !== null && !Array.isArray(value)
  } catch {
    return false
  }
}
