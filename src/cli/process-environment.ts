import { homedir } from 'node:os'
import { isatty } from 'node:tty'
import type { Environment } from './environment.ts'
import { watchSignals } from './signals.ts'

const DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const

/** The environment of the real process, whose signals are watched from now on. */
export function processEnvironment(process: NodeJS.Process): Environment {
  return {
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    platform: process.platform,
    // Opening standard input costs time, and most commands never read it.
    get stdin() {
      return process.stdin
    },
    get stdout() {
      return process.stdout
    },
    get stderr() {
      return process.stderr
    },
    isTerminal: (stream) => isatty(DESCRIPTORS[stream]),
    signals: watchSignals(process, (status) => process.exit(status)),
    now: () => new Date(),
  }
}
