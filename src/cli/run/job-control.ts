import { isStopped } from './foreground.ts'

/** What `process` offers for stopping and going on. */
export interface JobProcess {
  readonly pid: number
  kill(pid: number, signal: NodeJS.Signals): unknown
  on(signal: NodeJS.Signals, listener: () => void): unknown
  off(signal: NodeJS.Signals, listener: () => void): unknown
}

/** The program that is run. */
export interface JobChild {
  readonly pid: number | undefined
  readonly send: (signal: NodeJS.Signals) => void
}

/** Milliseconds until the state of a program counts: a shell wakes the programs of a job one after the other. */
const SETTLED_AFTER = 50

/**
 * Has this process stop and go on together with the program that it runs, until the returned function is called. In the foreground, the
 * terminal stops both; a program that stops itself alone takes us with it, so that its shell notices (Linux only). Elsewhere, what is
 * sent to us is sent on. Windows has no such signals.
 */
export function followJob(job: JobProcess, child: JobChild, inForeground: boolean): () => void {
  return inForeground ? followStops(job, child) : passOnStops(job, child)
}

function followStops(job: JobProcess, { pid }: JobChild): () => void {
  if (pid === undefined) return () => undefined
  let timer: NodeJS.Timeout | undefined
  const look = (): void => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      if (isStopped(pid) === true) job.kill(job.pid, 'SIGTSTP')
    }, SETTLED_AFTER)
  }
  // Told of every child that ends, stops or goes on.
  job.on('SIGCHLD', look)
  return () => {
    clearTimeout(timer)
    job.off('SIGCHLD', look)
  }
}

function passOnStops(job: JobProcess, child: JobChild): () => void {
  const stop = (): void => {
    child.send('SIGTSTP')
    job.kill(job.pid, 'SIGSTOP')
  }
  const goOn = (): void => child.send('SIGCONT')
  job.on('SIGTSTP', stop)
  job.on('SIGCONT', goOn)
  return () => {
    job.off('SIGTSTP', stop)
    job.off('SIGCONT', goOn)
  }
}
