import type { PlainValue } from './tree.ts'

/**
 * What the `sops` block of a secret file says. The spelling on disk (nested or flattened, field order) is
 * in `metadata.ts` and in the formats.
 */

/** One wrapped data key (or share of it): an element of one of sops's lists. */
export interface KeyEntry {
  /** Name of the list it stands in: `age`, `pgp`, `kms`, `gcp_kms`, `azure_kv`, `hc_vault`, `hckms`. */
  readonly kind: string
  /** Fields by sops's names, in file order; unknown ones are kept. `context` of `kms` is the only map. */
  readonly fields: Readonly<Record<string, string | Readonly<Record<string, string>>>>
}

/** Entries of which any one opens the group. */
export type KeyGroup = readonly KeyEntry[]

/** At most one of sops's six selectors. With `none` sops's default holds, except in the binary format: everything. */
export type Selection =
  | { readonly by: 'none' }
  | {
      readonly by:
        | 'unencrypted_suffix'
        | 'encrypted_suffix'
        | 'unencrypted_regex'
        | 'encrypted_regex'
        | 'unencrypted_comment_regex'
        | 'encrypted_comment_regex'
      readonly pattern: string
    }

/** The selector that sops writes and assumes where none is named. */
export const DEFAULT_SELECTION: Selection = { by: 'unencrypted_suffix', pattern: '_unencrypted' }

/** The parsed metadata of one secret file. */
export interface Metadata {
  /** One group: any entry opens the file. More: `shamirThreshold` of the groups are needed. */
  readonly groups: readonly KeyGroup[]
  /** 0 where the file does not say: all groups. */
  readonly shamirThreshold: number
  /** As written, RFC 3339. */
  readonly lastModified: string
  /** The encrypted MAC as written; '' where missing. */
  readonly mac: string
  readonly selection: Selection
  readonly macOnlyEncrypted: boolean
  /** The seal as written (`file-seal/file-seal.ts`); '' where there is none. */
  readonly seal: string
  readonly version: string
  /** Fields that are not sops's, in file order: kept. */
  readonly unknown: readonly (readonly [string, PlainValue])[]
}
