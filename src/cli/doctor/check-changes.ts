import { unfinishedError } from '../../project/changes/refuse-unfinished.ts'
import { removePrivateLeftovers } from '../private-folder.ts'
import { findKilled } from '../unfinished/find-killed.ts'
import { type Check, problemOf } from './finding.ts'

/** What commands that were killed have left: that which is in clear is removed at once. */
export const changes: Check = {
  topic: 'changes',
  find: async ({ context }) => {
    try {
      const killed = await findKilled(context)
      const left = await removePrivateLeftovers(context)
      return [
        ...(left === 0
          ? []
          : [{ state: 'note', message: 'removed what a command that was killed had left in clear' } as const]),
        ...killed.map((change) => problemOf(unfinishedError(change, context.cwd))),
        ...(killed.length === 0 ? [{ state: 'ok', message: 'no change was killed in the middle' } as const] : []),
      ]
    } catch (error) {
      return [problemOf(error)]
    }
  },
}
