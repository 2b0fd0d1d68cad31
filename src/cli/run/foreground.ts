import { readFileSync } from 'node:fs'
import type { Terminal } from '../terminal.ts'

/**
 * Whether the keyboard's signals reach this process, and with it all that it started: on Linux, whether its process group is the
 * foreground one of its terminal (`pgrp` and `tpgid` of proc_pid_stat(5)); elsewhere, whether it has a terminal.
 */
export function isInForeground(platform: NodeJS.Platform, { isTerminal }: Pick<Terminal, 'isTerminal'>): boolean {
  const fields = platform === 'linux' ? statFields('self') : undefined
  if (fields !== undefined) return fields[2] === fields[5]
  return isTerminal('stdin') || isTerminal('stdout') || isTerminal('stderr')
}

/** Whether a process is stopped, as by Ctrl-Z; undefined where that cannot be known. Linux only. */
export function isStopped(pid: number): boolean | undefined {
  const fields = statFields(String(pid))
  return fields === undefined ? undefined : fields[0] === 'T'
}

/** What stands behind the name of the program, which may hold anything: state, parent, group, session, terminal, its foreground group. */
function statFields(process: string): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${process}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2).split(' ')
  } catch {
    return undefined
  }
}
