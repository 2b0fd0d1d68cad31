import { availableParallelism } from 'node:os'
import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { Claims } from '../git/ahead/claims.ts'
import type { FilterOutcome, FilterWorkers, OpenedElsewhere } from '../git/ahead/shared-work.ts'
import { WORKER_COMMAND } from './filter-worker-command.ts'

/** Git works too, and one thread more than that is ours already. */
const MOST_WORKERS = 3

/** As long as no file of a million values takes. */
const PATIENCE_MS = 60_000

/** What a thread is started with. */
export interface FilterWorkerData {
  readonly port: MessagePort
  readonly claims: SharedArrayBuffer
  readonly purpose: FilterPurpose
}

/** What is filtered, and why. */
export interface FilterPurpose {
  /** Absolute path of the top of the work tree: a thread starts where the process did. */
  readonly top: string
  /** The command, for the log. */
  readonly command: string
}

/** What threads are started with. */
export interface WorkersOptions extends FilterPurpose {
  /** Absolute path of our own JavaScript. */
  readonly program: string
  /** Told what they opened. */
  readonly onOpened: (opening: OpenedElsewhere) => void
}

/** Threads that run the same program; and how to end them. */
export interface StartedWorkers extends FilterWorkers {
  readonly close: () => Promise<unknown>
}

/**
 * Starts threads that filter files beside this one: as many as there are processors but one. Undefined where there is no
 * processor for them.
 */
export function startFilterWorkers({ program, onOpened, top, command }: WorkersOptions): StartedWorkers | undefined {
  const count = Math.min(MOST_WORKERS, availableParallelism() - 1)
  if (count < 1) return undefined
  const claims = new Claims()
  const started = Array.from({ length: count }, () => startWorker(program, { top, command }, claims))
  return {
    claims,
    count,
    patienceMs: PATIENCE_MS,
    send: (jobs) => {
      for (const { port } of started) port.postMessage(jobs)
    },
    receive: () => {
      for (const { port } of started) {
        // Nobody but `runFilterWorker` has the other end.
        const received: { readonly message: FilterOutcome } | undefined = receiveMessageOnPort(port)
        if (received === undefined) continue
        received.message.opened?.forEach(onOpened)
        return received.message
      }
      return undefined
    },
    close: () => Promise.all(started.map(({ worker }) => worker.terminate())),
  }
}

function startWorker(program: string, purpose: FilterPurpose, claims: Claims): { worker: Worker; port: MessagePort } {
  const { port1, port2 } = new MessageChannel()
  const workerData: FilterWorkerData = { port: port2, claims: claims.memory, purpose }
  const worker = new Worker(program, {
    argv: [WORKER_COMMAND],
    workerData,
    transferList: [port2],
    stdin: false,
    stdout: true,
    stderr: true,
  })
  // What it could not do this thread does itself, and says what is wrong.
  worker.on('error', () => undefined)
  worker.unref()
  return { worker, port: port1 }
}
