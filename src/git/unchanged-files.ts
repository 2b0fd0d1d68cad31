/** What a clone knows to be unchanged without opening it: what it has cleaned or smudged itself. */
import { isInClear, type SecretFile } from '../project/secret-file.ts'
import type { CleanMemory } from './clean-memory.ts'
import { pathInRepository } from './revision.ts'

/** Files of a commit and of the work tree. */
interface Sides {
  readonly before: readonly SecretFile[]
  readonly after: readonly SecretFile[]
}

/**
 * The same without the files in clear that are known to be what their encrypted ones in the commit decrypt to. Of a thousand files in
 * clear, a few have changed, and opening one takes a millisecond. `root` is the top of the work tree.
 */
export async function withoutUnchanged(
  { before, after }: Sides,
  { root, memory }: { readonly root: string; readonly memory: Pick<CleanMemory, 'knows'> },
): Promise<Sides> {
  if (!after.some(isInClear)) return { before, after }
  const committed = new Map(before.map((file) => [file.target.path, file]))
  const unchanged = new Set<string>()
  for (const file of after.filter(isInClear)) {
    const { path } = file.target
    const old = committed.get(path)
    if (old?.sealed === undefined) continue
    if (await memory.knows(await pathInRepository(root, path), file.bytes, old.bytes)) unchanged.add(path)
  }
  const isChanged = ({ target }: SecretFile): boolean => !unchanged.has(target.path)
  return { before: before.filter(isChanged), after: after.filter(isChanged) }
}
