import { readFile, readlink } from 'node:fs/promises'

/** Says which process began something, so that others can tell whether it still runs. Every part is undefined where the system does not tell. */
export interface ProcessMark {
  readonly pid: number | undefined
  /** When it started, in ticks since the system did: process ids are used again. */
  readonly started: string | undefined
  /** The start of the machine and the name space of process ids: elsewhere the same number is another process. */
  readonly machine: string | undefined
}

/** Milliseconds between two signs of life. */
export const SIGN_EVERY = 1_000

/** Milliseconds without a sign of life after which a process that cannot be looked at is taken for gone. */
const GONE_AFTER = 10_000

let own: Promise<ProcessMark> | undefined

/** The mark of this process. Linux tells all of it; elsewhere signs of life have to do. */
export async function ownMark(): Promise<ProcessMark> {
  own ??= lookAtSelf()
  return own
}

/** A mark as a line of text. */
export function writeMark(mark: ProcessMark): string {
  return `${JSON.stringify(mark)}\n`
}

/** Reads a mark, or what is left of one: anything else says nothing. */
export function readMark(text: string): ProcessMark {
  const { pid, started, machine } = parsed(text)
  return {
    pid: typeof pid === 'number' && Number.isSafeInteger(pid) && pid > 0 ? pid : undefined,
    started: typeof started === 'string' ? started : undefined,
    machine: typeof machine === 'string' ? machine : undefined,
  }
}

function parsed(text: string): Readonly<Record<string, unknown>> {
  try {
    const json: unknown = JSON.parse(text)
    return typeof json === 'object' && json !== null ? { ...json } : {}
  } catch {
    return {}
  }
}

async function lookAtSelf(): Promise<ProcessMark> {
  const [stat, boot, space] = await Promise.all([
    statOf('self'),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => undefined),
    readlink('/proc/self/ns/pid').catch(() => undefined),
  ])
  const machine = boot === undefined || space === undefined ? undefined : `${boot.trim()} ${space}`
  return { pid: stat?.pid, started: stat?.started, machine }
}

/** Whether the process of a mark still runs. `lastSign`: when it last gave a sign of life, in milliseconds. */
export async function stillRuns(mark: ProcessMark, lastSign: number, now: number = Date.now()): Promise<boolean> {
  const { machine } = await ownMark()
  if (mark.pid === undefined || mark.machine === undefined || mark.machine !== machine) {
    return now - lastSign < GONE_AFTER
  }
  const stat = await statOf(String(mark.pid))
  return stat !== undefined && stat.started === mark.started && !stat.ended
}

interface ProcessStat {
  readonly pid: number
  readonly started: string | undefined
  /** Whether it has ended, and nobody has asked for its status yet. */
  readonly ended: boolean
}

/** `/proc/PID/stat`; the name of the program, in brackets, may hold anything (`proc_pid_stat(5)`: fields 1, 3 and 22). */
async function statOf(process: string): Promise<ProcessStat | undefined> {
  const text = await readFile(`/proc/${process}/stat`, 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const rest = text.slice(text.lastIndexOf(')') + 2).split(' ')
  return { pid: Number.parseInt(text, 10), started: rest[19], ended: rest[0] === 'Z' || rest[0] === 'X' }
}
