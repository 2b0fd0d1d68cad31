/** Decrypting many files in this process, with its threads: as git would have its filter do, without git's part. */
import type { Filters } from '../filter-protocol.ts'
import type { NamedBlob, StoredFile, StoredFiles } from './stored-files.ts'

/** A file with what it is in clear. */
export interface SmudgedFile extends NamedBlob {
  readonly found: StoredFile
  readonly plain: Uint8Array
}

/** The files that lie in the work tree as git has them, each in clear; in any order. Those that the filter leaves as they are do not come. */
export async function* smudgeFiles(
  files: readonly NamedBlob[],
  { tree, filters }: { readonly tree: StoredFiles; readonly filters: Filters },
): AsyncGenerator<SmudgedFile> {
  const later = new Map<string, { readonly file: NamedBlob; readonly found: StoredFile }>()
  for (const file of files) {
    const found = tree.find(file)
    if (found === 'different' || found === 'missing') continue
    const request = { path: file.path, content: found.content, treeish: undefined }
    if (await filters.later?.putOff(request)) later.set(file.path, { file, found })
    else yield* changed({ ...file, found, plain: await filters.smudge(request) })
  }
  for (let paths = await available(filters); paths.length > 0; paths = await available(filters)) {
    for (const path of paths) {
      const plain = filters.later?.collect(path)
      const waiting = later.get(path)
      if (plain !== undefined && waiting !== undefined) yield* changed({ ...waiting.file, found: waiting.found, plain })
    }
  }
}

async function available({ later }: Filters): Promise<readonly string[]> {
  return (await later?.available()) ?? []
}

function* changed(file: SmudgedFile): Generator<SmudgedFile> {
  if (Buffer.compare(file.plain, file.found.content) !== 0) yield file
}
