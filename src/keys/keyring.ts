import type { KeyGroup, Metadata } from '../core/metadata-model.ts'
import type { OpeningSubject } from './opening-log.ts'

/** What opens and closes data keys: all providers, identities and caches of one command behind two verbs. */
export interface Keyring {
  /**
   * The data key of a file: tries local identities first, recombines Shamir shares. Throws `CANNOT_OPEN`
   * whose details list the file's recipients by name, the identities tried and where each came from; `AUDIT_FAILED`
   * where a log has to be kept and cannot. `subject` is what the log says.
   */
  open(metadata: Metadata, subject?: OpeningSubject): Promise<Uint8Array>
  /**
   * Wraps a data key for groups of canonical references; with two or more groups, one share for each
   * (`threshold` of them needed; 0 = all). Throws `BAD_RECIPIENT`, `NO_RECIPIENTS`, `PROVIDER_FAILED`.
   */
  wrap(dataKey: Uint8Array, groups: readonly (readonly string[])[], threshold: number): Promise<readonly KeyGroup[]>
  /**
   * The canonical reference of every entry, group by group; an unknown kind is `LIST:fields`. An entry that one of
   * `configured` (canonical too) stands for is given as that one: the URL of a key without its version, an SSH key with
   * another comment.
   */
  references(groups: readonly KeyGroup[], configured?: readonly string[]): Promise<readonly (readonly string[])[]>
  /** The same for canonical references: each as the one of `configured` that it is, or that stands for it, else as it is. */
  known(references: readonly string[], configured: readonly string[]): Promise<readonly string[]>
  /** The canonical form of a reference as a config writes it. Throws `BAD_RECIPIENT`. */
  canonical(reference: string): Promise<string>
}
