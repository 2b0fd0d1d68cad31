/** A key of Azure Key Vault as one URL, as sops's metadata, and in parts. */
import type { KeyEntry } from '../../core/metadata-model.ts'

/** A key, and the version that encrypts. */
export interface VaultKey {
  /** `https://HOST[:PORT]`, as `URL.origin` writes it. */
  readonly vault: string
  readonly name: string
  /** '' where the newest one is meant. */
  readonly version: string
}

/** Names of keys, and versions (Key Vault's documentation on object identifiers). */
const NAME = /^[0-9a-zA-Z-]{1,127}$/
const VERSION = /^[0-9a-zA-Z]{0,64}$/
/** sops's pattern; what its parts may hold is checked afterwards. */
const URL_FORM = /^(https:\/\/[^/?#@\\\s]+)\/keys\/([^/]+)(?:\/([^/]*))?$/

/** `VAULT/keys/NAME/VERSION`, sops's identity text, without an empty version. */
export function keyUrl({ vault, name, version }: VaultKey): string {
  return version === '' ? `${vault}/keys/${name}` : `${vault}/keys/${name}/${version}`
}

/** The parts of such a URL; undefined for anything else. */
export function parseKeyUrl(text: string): VaultKey | undefined {
  const [, vault = '', name = '', version = ''] = URL_FORM.exec(text) ?? []
  return checked(vault, name, version)
}

/** The key of an entry of sops's `azure_kv` list; undefined when it is malformed. */
export function vaultKeyOfEntry({ fields }: KeyEntry): VaultKey | undefined {
  const { vault_url: vault, name, version = '' } = fields
  if (typeof vault !== 'string' || typeof name !== 'string' || typeof version !== 'string') return undefined
  return checked(vault.replace(/\/$/, ''), name, version)
}

function checked(vault: string, name: string, version: string): VaultKey | undefined {
  if (!/^https:\/\/[^/?#@\\\s]+$/i.test(vault) || !URL.canParse(vault)) return undefined
  if (!NAME.test(name) || !VERSION.test(version)) return undefined
  return { vault: new URL(vault).origin, name, version }
}
