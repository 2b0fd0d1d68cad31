import { readdir } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { placesBelow } from '../../project/changes/change-place.ts'
import { stateFolder } from '../../project/changes/state-folder.ts'
import type { UnfinishedChange } from '../../project/changes/unfinished-changes.ts'
import type { CommandContext } from '../context.ts'

/**
 * What commands that were killed left here: temporary files are removed and told of, changes of several files that stopped in the
 * middle are given. Costs next to nothing where there is nothing.
 */
export async function findKilled(context: CommandContext): Promise<readonly UnfinishedChange[]> {
  const { cwd, configFile, terminal } = context
  const folders = [cwd, ...(configFile === undefined ? [] : [dirname(resolve(cwd, configFile))])]
  const places = await placesBelow(folders, stateFolder(context))
  const used = await Promise.all(places.map(async ({ folder }) => (await readdir(folder).catch(() => [])).length > 0))
  if (!used.includes(true)) return []
  const [{ findUnfinished }, { concerns }] = await Promise.all([
    import('../../project/changes/unfinished-changes.ts'),
    import('../../project/changes/refuse-unfinished.ts'),
  ])
  let removed = 0
  const changes = await findUnfinished(places, () => {
    removed += 1
  })
  if (removed > 0) terminal.note('removed what a command that was killed had left in clear')
  const root = await context.projectRoot()
  return changes.filter((change) => concerns(change, { paths: [join(cwd, '.')], root }))
}

/** Refuses to write where a change of several files stopped in the middle. Throws `UNFINISHED_CHANGE`. */
export async function refuseKilled(context: CommandContext): Promise<void> {
  const [first] = await findKilled(context)
  if (first === undefined) return
  const { unfinishedError } = await import('../../project/changes/refuse-unfinished.ts')
  throw unfinishedError(first, context.cwd)
}

/** The same as warnings, for commands that only read; gives how many there are. */
export async function warnOfKilled(context: CommandContext): Promise<number> {
  const changes = await findKilled(context)
  if (changes.length === 0) return 0
  const { unfinishedError } = await import('../../project/changes/refuse-unfinished.ts')
  for (const change of changes) {
    const { message, hint } = unfinishedError(change, context.cwd)
    context.terminal.warn(message, hint)
  }
  return changes.length
}
