import { withPlace } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import { plainValueOf } from '../core/plain-value.ts'
import { Scalar } from '../core/scalar.ts'
import { readPlain } from '../core/sealed-text.ts'
import type { Path, PlainValue } from '../core/tree.ts'
import type { Keyring } from '../keys/keyring.ts'
import { findEntry } from './find-entry.ts'
import { FILES_AT_ONCE, inParallel } from './in-parallel.ts'
import type { Project } from './model.ts'
import { readValues } from './read-values.ts'
import { fileWithEntry } from './search-files.ts'
import { type ReadSecretFileOptions, readSecretFile, type SecretFile } from './secret-file.ts'
import type { TargetFile } from './targets.ts'

/** What reading one entry needs. */
export interface ReadEntryOptions {
  readonly project: Project | undefined
  readonly keyring: () => Promise<Keyring>
  /** Name of the format, where the files' names do not say it. */
  readonly format?: string | undefined
  /** The document of a YAML file, from 1; needed only where several have the entry. */
  readonly document?: number | undefined
}

/** Name of the one entry that the frame of a binary file has (`BinaryStore` of sops). */
const BINARY_ENTRY = 'data'

/** Reads files without decrypting them, in the order of the targets. Throws what `readSecretFile` throws. */
export async function readTargets(
  targets: readonly TargetFile[],
  options: ReadSecretFileOptions,
): Promise<readonly SecretFile[]> {
  return inParallel(targets, FILES_AT_ONCE, (target) => readSecretFile(target, options))
}

/**
 * The value at `path` in the only one of `files` that has it; no other file is decrypted. No steps mean the whole document,
 * or the content of a binary file. Throws `BAD_PATH` with the nearest path, or with the names of several files that have the
 * entry; what opening a file throws, with the file as place.
 */
export async function readEntry(
  files: readonly SecretFile[],
  path: Path,
  options: ReadEntryOptions,
): Promise<PlainValue> {
  const file = fileWithEntry(files, path)
  return withPlace({ file: file.target.shown }, async () => {
    const { content } = await readValues(file, options.keyring)
    if (isBinaryContent(file.format, path)) return new Scalar('str', content)
    const { documents } = readPlain(file.format, content).parsed
    return plainValueOf(findEntry(documents, path, options.document).node)
  })
}

/** Whether a path names the content of a binary file. */
export function isBinaryContent(format: Format, path: Path): boolean {
  return format.plainContent !== undefined && (path.length === 0 || (path.length === 1 && path[0] === BINARY_ENTRY))
}
