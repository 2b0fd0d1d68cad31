/** A KMS key with what using it needs beside its ARN. */
export interface KmsParts {
  readonly arn: string
  readonly role?: string | undefined
  readonly context?: readonly (readonly [string, string])[]
  readonly profile?: string | undefined
}

/**
 * One text for a KMS key: sops's identity string, `ARN[+ROLE][|k:v,…][|PROFILE]` with the context sorted by key and an
 * empty context kept where a profile follows (`ToString` of sops's `kms.MasterKey`).
 */
export function kmsReference({ arn, role, context = [], profile }: KmsParts): string {
  const sorted = context.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))
  const pairs = sorted.map(([name, value]) => `${name}:${value}`).join(',')
  const withRole = role === undefined || role === '' ? arn : `${arn}+${role}`
  if (profile !== undefined && profile !== '') return `${withRole}|${pairs}|${profile}`
  return pairs === '' ? withRole : `${withRole}|${pairs}`
}

/** One text for a key in Azure Key Vault: its URL, as the flat configuration writes it. */
export function azureReference(vault: string, name: string, version: string): string {
  const url = `${vault.replace(/\/+$/, '')}/keys/${name}`
  return version === '' ? url : `${url}/${version}`
}
