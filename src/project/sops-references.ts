/** One text for a key in Azure Key Vault: its URL, as the flat configuration writes it. */
export function azureReference(vault: string, name: string, version: string): string {
  const url = `${vault.replace(/\/+$/, '')}/keys/${name}`
  return version === '' ? url : `${url}/${version}`
}
