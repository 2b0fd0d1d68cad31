import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { formatByName } from '../formats/find-format.ts'
import type { DecryptedFile } from '../project/decrypt-files.ts'
import type { FileChange } from '../project/file-change.ts'
import { outputPaths } from '../project/output-paths.ts'
import { changeOf } from '../project/secret-file.ts'

/** Where decrypted files go: each in its own place, all below a folder, or one into a file. */
export type Destination = { readonly kind: 'in place' } | { readonly kind: 'folder' | 'file'; readonly path: string }

/** What choosing a destination needs. */
export interface DestinationOptions {
  readonly output: string
  readonly cwd: string
  /** Whether the command line names one file, and not what may be several tomorrow. */
  readonly oneFile: boolean
}

/** What `--output` means: a file for one file, else a folder; a folder that exists, or a `/` at the end, is one in any case. */
export async function destinationOf({ output, cwd, oneFile }: DestinationOptions): Promise<Destination> {
  const path = resolve(cwd, output)
  if (!oneFile || /[/\\]$/.test(output)) return { kind: 'folder', path }
  const isFolder = await stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
  return { kind: isFolder ? 'folder' : 'file', path }
}

/**
 * The changes that put decrypted files where they belong, readable by their owner alone. Throws `NAME_CLASH`, and `USAGE` where
 * several files would go into one.
 */
export async function changesTo(
  destination: Destination,
  files: readonly DecryptedFile[],
  options: { readonly cwd: string; readonly format: string | undefined },
): Promise<readonly FileChange[]> {
  if (destination.kind === 'in place') {
    return files.map(({ file, content }) => ({ ...changeOf(file, content), protection: 'private', clear: 'new' }))
  }
  const paths = destination.kind === 'file' ? [destination.path] : await pathsBelow(destination.path, files, options)
  if (paths.length !== files.length) throw new SecretsError('USAGE', `${files.length} files do not go into one`)
  return files.map(({ content }, index) => ({
    path: paths[index] ?? '',
    content,
    expects: 'anything',
    protection: 'private',
    clear: 'new',
  }))
}

async function pathsBelow(
  folder: string,
  files: readonly DecryptedFile[],
  { cwd, format }: { readonly cwd: string; readonly format: string | undefined },
): Promise<readonly string[]> {
  const to = format === undefined ? undefined : await formatByName(format)
  const written = files.map(({ file }) => ({ target: file.target, from: file.format, to: to ?? file.format }))
  return outputPaths(written, folder, cwd)
}
