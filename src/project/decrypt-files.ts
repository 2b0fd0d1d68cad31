import { withPlace } from '../core/errors.ts'
import { formatByName } from '../formats/find-format.ts'
import type { Keyring } from '../keys/keyring.ts'
import { FILES_AT_ONCE, inParallel } from './in-parallel.ts'
import type { Project } from './model.ts'
import { type FileValues, readValues } from './read-values.ts'
import { readSecretFile, type SecretFile } from './secret-file.ts'
import type { TargetFile } from './targets.ts'

/** What decrypting files needs. */
export interface DecryptOptions {
  readonly project: Pick<Project, 'root'> | undefined
  readonly keyring: Keyring
  /** Name of the format of the files, where neither their names nor their content say it. */
  readonly inputFormat?: string | undefined
  /** Name of the format to give the content in; by default the file's own, byte for byte. */
  readonly format?: string | undefined
  /** Called when a file is decrypted. */
  readonly onDone?: () => void
}

/** A decrypted file, or one that lies in clear on purpose. */
export interface DecryptedFile {
  readonly file: SecretFile
  readonly open: FileValues
  /** Plain, in the format that was asked for. */
  readonly content: Uint8Array
  /** How many comments were left out because another format was asked for. */
  readonly droppedComments: number
}

/**
 * Decrypts files side by side, with every value and MAC checked before any content is given. Throws what
 * `readValues` throws for the first file that fails, and what `convertPlain` throws.
 */
export async function decryptFiles(
  targets: readonly TargetFile[],
  options: DecryptOptions,
): Promise<readonly DecryptedFile[]> {
  const { project, inputFormat } = options
  return inParallel(targets, FILES_AT_ONCE, async (target) => {
    const decrypted = await decryptFile(await readSecretFile(target, { project, format: inputFormat }), options)
    options.onDone?.()
    return decrypted
  })
}

/** Decrypts one file that was read. Throws as `decryptFiles`. */
export async function decryptFile(file: SecretFile, options: DecryptOptions): Promise<DecryptedFile> {
  const open = await readValues(file, async () => options.keyring)
  if (options.format === undefined) return { file, open, content: open.content, droppedComments: 0 }
  const to = await formatByName(options.format)
  const { convertPlain } = await import('./convert.ts')
  return withPlace({ file: file.target.shown }, () => ({ file, open, ...convertPlain(open.content, file.format, to) }))
}
