/**
 * A process of its own for tests of `writeFiles`: `node … crashing-write.ts KIND FOLDER STATE COUNT`. Changes the files of
 * `changesOf(KIND)` and is killed by SIGKILL once COUNT of them have been exchanged.
 */
import { rename } from 'node:fs/promises'
import { writeFiles } from '../../../src/project/write-files.ts'
import { changesOf, isKind } from './sample-changes.ts'

const [kind = '', folder = '', state = '', count = '0'] = process.argv.slice(2)
if (!isKind(kind)) throw new Error(`no kind ${kind}`)
let done = 0

function killIfDue(): void {
  if (done === Number(count)) process.kill(process.pid, 'SIGKILL')
}

await writeFiles(changesOf(kind, folder), {
  root: folder,
  state,
  disk: {
    rename: async (from, to) => {
      killIfDue()
      await rename(from, to)
      done += 1
      killIfDue()
    },
  },
})
