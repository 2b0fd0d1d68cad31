import { isMainThread, workerData } from 'node:worker_threads'
import { Claims } from '../git/ahead/claims.ts'
import type { FilterJob } from '../git/ahead/shared-work.ts'
import type { Environment } from './environment.ts'
import type { FilterWorkerData } from './filter-workers.ts'
import { QuietFilter } from './quiet-filter.ts'

/** Jobs that git is asked about at once: it answers while the first of them are done. */
const PREPARED = 8

/**
 * A thread that filters files for the git filter of the same process. It says nothing and asks nobody: where it would
 * have to, it gives no result, and the thread that git talks to does the file again. Ends with the process. Undefined for whoever types its command.
 */
export function runFilterWorker(environment: Environment): Promise<number> | undefined {
  if (isMainThread) return undefined
  // Made by `startFilterWorkers` alone.
  const { port, claims: memory, purpose }: FilterWorkerData = workerData
  const claims = new Claims(memory)
  const worker = new QuietFilter(environment, purpose)
  const jobs: FilterJob[] = []
  let working = false
  let prepared = 0
  const work = async (): Promise<void> => {
    working = true
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      if (prepared < PREPARED / 2) {
        const next = [job, ...jobs.slice(0, PREPARED - 1)]
        worker.prepare(next)
        prepared = next.length
      }
      prepared -= 1
      if (claims.take(job.id)) {
        port.postMessage(await worker.outcomeOf(job))
        claims.announce()
      }
      worker.giveUp(job)
    }
    working = false
  }
  port.on('message', (more: readonly FilterJob[]) => {
    jobs.push(...more)
    if (!working) void work()
  })
  return new Promise(() => {})
}
