import { requireWorkTree } from '../git/repository.ts'
import { stageContents, type Unstage } from '../git/stage-contents.ts'
import { stateFolder } from '../project/changes/state-folder.ts'
import type { FileChange } from '../project/file-change.ts'
import { writeFiles } from '../project/write-files.ts'
import type { CommandContext } from './context.ts'

/**
 * Writes files, and stages what belongs into the index of git: all of it or nothing. Gives the paths of what was staged.
 * Throws what `writeFiles` and `stageContents` throw.
 */
export async function writeChanges(
  changes: readonly FileChange[],
  root: string | undefined,
  context: Pick<CommandContext, 'cwd' | 'env' | 'signal' | 'home' | 'platform'>,
): Promise<readonly string[]> {
  const { signal } = context
  const staged = changes.filter(({ store }) => store === 'index')
  const unstage = await stage(staged, root ?? context.cwd, context)
  try {
    await writeFiles(
      changes.filter(({ store }) => store !== 'index'),
      { root, signal, state: stateFolder(context) },
    )
  } catch (error) {
    await unstage()
    throw error
  }
  return staged.map(({ path }) => path)
}

async function stage(
  changes: readonly FileChange[],
  cwd: string,
  { env }: Pick<CommandContext, 'env'>,
): Promise<Unstage> {
  if (changes.length === 0) return async () => undefined
  const top = await requireWorkTree({ cwd, env })
  const contents = changes.map(({ path, content, expects }) => {
    if (typeof expects === 'string') throw new Error('a change of the index without what it is made from')
    return { path, content, expects }
  })
  return stageContents(contents, { cwd: top, env })
}
