import type { Scalar } from '../../core/scalar.ts'
import type { Path } from '../../core/tree.ts'

/** One value that is handed on, and the entry that it comes from. */
export interface ExportEntry {
  /** What flat formats call it: the name of a variable, made as `secrets run` makes it; see `freeNames` too. */
  readonly name: string
  /** Keys and indices from the root of its file; formats of trees call it so. */
  readonly path: Path
  /** Name of its file, for messages. */
  readonly file: string
  /** With its type; prints as `[secret]`. */
  readonly value: Scalar
  /** The content of a binary file, which is one value without a path; only formats that hold `bytes` ever get it. */
  readonly bytes?: Uint8Array
}

/** What the user asked for beside the format; a format names those that it reads in `options`. */
export interface ExportOptions {
  /** Which reader of the format it has to suit. */
  readonly dialect?: string
  /** Name of the object that holds the values. */
  readonly name?: string
  readonly namespace?: string
  /** What kind of object, in the words of the target. */
  readonly type?: string
}

/** One file of an export. */
export interface ExportedFile {
  /** A path without `..` below the folder of the export. */
  readonly name: string
  readonly content: string | Uint8Array
}

/** What an export gives: one text, or files for a folder that the user names. */
export type Exported = { readonly text: string } | { readonly files: readonly ExportedFile[] }

/** A way to write values for a program that is not ours. One file in `formats` each; `npm run generate` finds it. */
export interface ExportFormat {
  /** After `--format`. */
  readonly name: string
  readonly summary: string
  /** Whether it holds names and texts, or trees with types. */
  readonly shape: 'flat' | 'nested'
  /** Whether it holds any bytes, so that binary files can be handed on. */
  readonly bytes?: boolean
  /**
   * Where names need not be those of variables: keys and list indices joined by `_` (of a binary file: its own name, without folder)
   * are then given as they are, `tls.crt` too, and `problem` is the only judge.
   */
  readonly freeNames?: boolean
  /** Options that it reads; any other is an error of the command line. */
  readonly options?: readonly (keyof ExportOptions)[]
  /** Values for `--dialect`, the default first. */
  readonly dialects?: readonly { readonly name: string; readonly summary: string }[]
  /**
   * Why the target cannot hold this entry, as the end of a sentence, without its value; undefined where it can. The command asks for
   * every entry before anything is written, and names all offenders at once.
   */
  problem?(entry: ExportEntry, options: ExportOptions): string | undefined
  /** Writes entries that have no problem; throws `USAGE` for options that it cannot take. */
  write(entries: readonly ExportEntry[], options: ExportOptions): Exported
}
