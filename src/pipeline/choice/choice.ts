import type { Place } from '../../core/errors.ts'
import type { ExportEntry } from '../exports/export-format.ts'
import type { NameOptions } from '../variable-names.ts'

/** What names variables may have. */
export interface VariableRules {
  /** Names that are taken although they change what programs do. */
  readonly allowedNames?: readonly string[]
  /** Whether names differ by more than case; on Windows they do not. */
  readonly caseSensitive?: boolean
}

/** A single entry under another name, and where that is written. */
export interface MappedName {
  readonly name: string
  readonly text: string
  /** Whether it is handed on as a private file, whose path the name then has. */
  readonly asFile: boolean
  readonly place: Place
}

/** What a job or a file says that is handed on. */
export interface Declaration {
  /** Entries and all below them, under the names that they have by themselves. */
  readonly pass: readonly { readonly text: string; readonly place: Place }[]
  readonly map: readonly MappedName[]
}

/** Which entries are handed on, and under which names. */
export interface EntryChoice extends NameOptions, VariableRules {
  /** Entries and subtrees, by path or by the name of the variable; all where nothing is said. */
  readonly only?: readonly string[]
  readonly except?: readonly string[]
  /** What is handed on at most; everything where nothing is declared. */
  readonly declared?: Declaration | undefined
  /** What is handed on as a private file: named as in `only`, or all of it. */
  readonly files?: 'all' | readonly string[]
}

/**
 * What the reader calls entries. `variables`: names of variables, those refused that change what programs do. `free`: keys
 * and indices joined by `_`, any text. `tree`: paths; names of a mapping are paths too.
 */
export type Naming = 'variables' | 'free' | 'tree'

/** What the reader takes. */
export interface ReaderAbilities {
  readonly naming: Naming
  /** Whether it holds any bytes; else binary files are left out. */
  readonly bytes?: boolean
  /** Whether it can be given the path of a private file. */
  readonly files?: boolean
}

/** An entry that is handed on. */
export interface ChosenEntry extends ExportEntry {
  readonly document: number
  readonly asFile: boolean
}

/** What is handed on, in the order of the files, and what is not. */
export interface ChosenEntries {
  readonly entries: readonly ChosenEntry[]
  /** Paths of all other entries of the files. */
  readonly left: readonly string[]
  /** Names of binary files that were not declined and that the reader cannot hold. */
  readonly leftBinary: readonly string[]
}
