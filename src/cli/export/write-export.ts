import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import type { Exported, ExportedFile } from '../../pipeline/exports/export-format.ts'
import { stateFolder } from '../../project/changes/state-folder.ts'
import { writeFiles } from '../../project/write-files.ts'
import type { CommandContext } from '../context.ts'
import type { ExportDestination } from './export-destination.ts'

/** Where an export goes, and how many values it holds, for the note. */
export interface WriteExportOptions {
  readonly destination: ExportDestination
  readonly values: number
}

/**
 * Prints an export, or writes its files: all or none, atomically, readable by their owner alone. Throws `USAGE` where files
 * would have to be printed, `WRITE_FAILED`.
 */
export async function writeExport(
  exported: Exported,
  { destination, values }: WriteExportOptions,
  context: CommandContext,
): Promise<void> {
  if (destination.kind === 'stdout') return print(exported, context)
  const files = await filesAt(exported, destination)
  await writeFiles(
    files.map(({ name, content }) => ({
      path: name,
      content: Buffer.from(content),
      expects: 'anything',
      protection: 'private',
      clear: 'new',
    })),
    { makeFolders: 'files' in exported, signal: context.signal, state: stateFolder(context) },
  )
  const count = values === 1 ? '1 value' : `${values} values`
  context.terminal.note(`wrote ${count} in clear to ${destination.shown}`)
  if ('files' in exported) await noteOthers(exported.files, destination, context)
}

/** Whoever reads the whole folder would get them as well: values that are handed on no more, perhaps. */
async function noteOthers(
  files: readonly ExportedFile[],
  { path, shown }: Extract<ExportDestination, { readonly kind: 'path' }>,
  { terminal }: CommandContext,
): Promise<void> {
  const written = new Set(files.map(({ name }) => name))
  const others = (await readdir(path)).filter((name) => !written.has(name)).sort()
  if (others.length > 0) terminal.note(`also in ${shown}, and not of this export: ${others.join(', ')}`)
}

async function print(exported: Exported, { terminal }: CommandContext): Promise<void> {
  if ('text' in exported) return terminal.result(exported.text)
  throw new SecretsError('USAGE', `these are ${exported.files.length} files, which cannot be printed`, {
    hint: 'say where to: --output FOLDER',
  })
}

/** With absolute names. */
async function filesAt(
  exported: Exported,
  { path, shown, isFolder }: Extract<ExportDestination, { readonly kind: 'path' }>,
): Promise<readonly ExportedFile[]> {
  if ('text' in exported) {
    if (!isFolder) return [{ name: path, content: exported.text }]
    throw new SecretsError('USAGE', 'this is a folder, and the format is one text', {
      place: { file: shown },
      hint: 'give the name of a file',
    })
  }
  await mkdir(path, { recursive: true, mode: 0o700 })
  return exported.files.map(({ name, content }) => ({ name: join(path, name), content }))
}
