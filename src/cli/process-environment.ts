import { fstatSync } from 'node:fs'
import { homedir } from 'node:os'
import { systemSettingsPath } from '../audit/settings/settings-places.ts'
import { blockingPipes } from './blocking-pipes.ts'
import type { Environment } from './environment.ts'
import { watchSignals } from './signals.ts'

const DESCRIPTORS = { stdin: 0, stdout: 1, stderr: 2 } as const

/** The environment of the real process, whose signals are watched from now on. */
export function processEnvironment(process: NodeJS.Process): Environment {
  const [, program] = process.argv
  return {
    ...(program === undefined ? {} : { program }),
    env: process.env,
    cwd: process.cwd(),
    home: homedir(),
    platform: process.platform,
    systemSettings: systemSettingsPath(process.platform),
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
    pipes: blockingPipes(DESCRIPTORS),
    isTerminal: (stream) => isTerminal(process, DESCRIPTORS[stream]),
    signals: watchSignals(process, (status) => process.exit(status)),
    now: () => new Date(),
  }
}

/** What is no character device is no terminal: Node's own test loads its network code, which costs 5 ms of every start. */
function isTerminal(process: NodeJS.Process, descriptor: number): boolean {
  try {
    return fstatSync(descriptor).isCharacterDevice() && process.getBuiltinModule('node:tty').isatty(descriptor)
  } catch {
    return false
  }
}
