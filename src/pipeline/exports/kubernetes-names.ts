/** Names of objects in Kubernetes, by its own rules: apimachinery, `pkg/util/validation`. */

const LABEL = '[a-z0-9](?:[-a-z0-9]*[a-z0-9])?'
const DNS_LABEL = new RegExp(`^${LABEL}$`)
const DNS_SUBDOMAIN = new RegExp(`^${LABEL}(?:\\.${LABEL})*$`)

/** `IsDNS1123Subdomain`: names of Secrets. */
export function isKubernetesName(name: string): boolean {
  return name.length <= 253 && DNS_SUBDOMAIN.test(name)
}

/** `IsDNS1123Label`: names of namespaces. */
export function isNamespaceName(name: string): boolean {
  return name.length <= 63 && DNS_LABEL.test(name)
}

/** `IsConfigMapKey`: why `key` cannot be a key of a Secret, as the end of a sentence. */
export function secretKeyProblem(key: string): string | undefined {
  if (key === '') return 'a Secret takes no empty key'
  if (key.length > 253) return 'a key of a Secret has 253 characters at most'
  if (key === '.' || key.startsWith('..')) return 'a key of a Secret cannot be . or begin with ..'
  return /^[-._a-zA-Z0-9]+$/.test(key) ? undefined : 'a key of a Secret has letters, digits, - _ and . alone'
}
