import type { Place } from '../core/errors.ts'
import type { Selection } from '../core/metadata-model.ts'
import type { DeclaredPath, MappedEntry } from './entry-map.ts'

/**
 * What a configuration says, whichever file it came from: `.secretsrc` and `.sops.yaml` are read into this
 * one model, and nothing above the readers tells them apart.
 */

/** A person, machine or key service that environments name. */
export interface Recipient {
  readonly name: string
  /** As the configuration writes it, trimmed; the key provider of its kind gives the canonical form. */
  readonly reference: string
  readonly place: Place
}

/** One rule for which files belong to an environment. */
export interface FilePattern {
  /**
   * A glob names files that must be encrypted. A regular expression (sops's `path_regex`) says only which rule
   * a file falls under once somebody encrypts it: its plain files are never picked up by themselves, because
   * expressions such as `\.yaml$`, or none at all, cover far more than secrets.
   */
  readonly kind: 'glob' | 'regex'
  /** As written. */
  readonly text: string
  readonly place: Place
  /** Folder, relative to the root and `/`-separated, outside of which nothing matches; '' is the root. */
  readonly folder: string
  /** Whether a path (relative to the root, `/`-separated; absolute for what lies outside) matches. */
  readonly matches: (path: string) => boolean
}

/** `required`: a file without a seal is refused, because nobody writes with sops. */
export type SealRule = 'on' | 'off' | 'required'

/** A named set of secret files with one list of recipients. */
export interface Environment {
  readonly name: string
  readonly patterns: readonly FilePattern[]
  /** Names of recipients, group by group: one group, or several for a threshold. Empty where a rule of sops names no key. */
  readonly groups: readonly (readonly string[])[]
  /** Groups needed to open a file; 0 = all of them. Without meaning for one group. */
  readonly threshold: number
  readonly selection: Selection
  readonly macOnlyEncrypted: boolean
  /** How git's work tree holds the files. */
  readonly checkout: 'encrypted' | 'decrypted'
  /** Whether files get a seal over what the MAC does not cover, or must have one. */
  readonly seal: SealRule
  readonly place: Place
}

/** What one kind of job is given of the files that it opens: nothing but this. */
export interface Job {
  readonly name: string
  /** Names of the environments that it is for; undefined where nothing is said. */
  readonly environments: readonly string[] | undefined
  /** Entries, and all below them, under the names that they have by themselves. */
  readonly pass: readonly DeclaredPath[]
  /** Single entries under other names. */
  readonly map: readonly MappedEntry[]
  readonly place: Place
}

/** One configuration, read and checked. */
export interface Project {
  /** Absolute path of the folder that holds the configuration; patterns are relative to it. */
  readonly root: string
  /** Absolute path of the configuration. */
  readonly file: string
  readonly source: 'secretsrc' | 'sops'
  /** Whether a file that two environments claim is an error or belongs to the first of them. */
  readonly overlap: 'refused' | 'first'
  readonly recipients: ReadonlyMap<string, Recipient>
  /** In the order of the file. */
  readonly environments: readonly Environment[]
  readonly jobs: readonly Job[]
  /** What the user should know although it stops nothing: one line each. */
  readonly warnings: readonly string[]
}
