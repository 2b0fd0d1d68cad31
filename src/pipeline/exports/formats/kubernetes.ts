import { SecretsError } from '../../../core/errors.ts'
import { entryBytes } from '../entry-bytes.ts'
import type { ExportEntry, ExportFormat, ExportOptions } from '../export-format.ts'
import { isKubernetesName, isNamespaceName, secretKeyProblem } from '../kubernetes-names.ts'
import { secretType } from '../kubernetes-types.ts'
import { yamlString } from '../yaml-text.ts'

/** `MaxSecretSize` of Kubernetes: all values of a Secret together, in bytes before base64. */
const MAX_SECRET_SIZE = 1024 * 1024

/**
 * A manifest of one Secret. `data` and not `stringData`: that is write-only, and server-side apply neither notices that somebody
 * else changed its keys nor removes those that are gone.
 */
export const format: ExportFormat = {
  name: 'kubernetes',
  summary: 'manifest of a Kubernetes Secret',
  shape: 'flat',
  bytes: true,
  freeNames: true,
  options: ['name', 'namespace', 'type'],
  problem: ({ name }) => secretKeyProblem(name),
  write: (entries, options) => ({ text: manifest(entries, options) }),
}

function manifest(entries: readonly ExportEntry[], { name, namespace, type }: ExportOptions): string {
  const values = new Map(entries.map((entry) => [entry.name, entryBytes(entry)]))
  checkSize(values)
  const lines = [...values].map(([key, bytes]) => `  ${yamlString(key)}: "${Buffer.from(bytes).toString('base64')}"`)
  return [
    'apiVersion: v1',
    'kind: Secret',
    'metadata:',
    `  name: ${yamlString(checkedName(name))}`,
    ...(namespace === undefined ? [] : [`  namespace: ${yamlString(checkedNamespace(namespace))}`]),
    '  labels:',
    '    app.kubernetes.io/managed-by: secretsrc',
    `type: ${yamlString(secretType(type, values))}`,
    ...(lines.length === 0 ? ['data: {}'] : ['data:', ...lines]),
    '',
  ].join('\n')
}

function checkSize(values: ReadonlyMap<string, Uint8Array>): void {
  const size = [...values.values()].reduce((sum, bytes) => sum + bytes.length, 0)
  if (size <= MAX_SECRET_SIZE) return
  throw new SecretsError('LIMIT_EXCEEDED', `a Secret holds 1 MiB at most, and these values have ${size} bytes`, {
    hint: 'write several Secrets: choose the entries of each with --only',
  })
}

function checkedName(name: string | undefined): string {
  if (name === undefined) {
    throw new SecretsError('USAGE', 'a Secret needs a name', { hint: 'give it one: --name NAME' })
  }
  if (isKubernetesName(name)) return name
  throw new SecretsError('USAGE', `${name} is no name of a Secret`, {
    hint: 'small letters, digits, - and . alone, a letter or digit at both ends, 253 characters at most',
  })
}

function checkedNamespace(namespace: string): string {
  if (isNamespaceName(namespace)) return namespace
  throw new SecretsError('USAGE', `${namespace} is no name of a namespace`, {
    hint: 'small letters, digits and - alone, a letter or digit at both ends, 63 characters at most',
  })
}
