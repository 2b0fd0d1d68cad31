/** A filter that stops working in the middle of what git asks of it. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SecretRepository } from './secret-repository.ts'

/**
 * `kill` ends the filter; `pause` lets git wait for an answer until it is ended itself; `remove` takes a file away and goes on; `delay` holds
 * every answer back until the clock shows another second.
 */
export type Fault = 'kill' | 'pause' | 'remove' | 'delay'

/** A fault that was set up. */
export interface FaultyFilter {
  /** Waits until it has happened, and gives the id of the real filter's process. Throws after half a minute. */
  happened(): Promise<number>
  /** Makes the filter work again. */
  mend(): Promise<void>
}

/** When a filter fails. */
export interface FaultPoint {
  /** After so many files. */
  readonly count: number
  /** What is removed. */
  readonly file?: string
  /**
   * Files are counted from the first that git wants to check out. Without it, the fault may come earlier: git asks for the content of a
   * file whose time is that of its index, and which file that is depends on how fast the machine is.
   */
  readonly atCheckOut?: boolean
}

/** Makes the filter of a repository fail. */
export async function faultyFilter(
  repository: SecretRepository,
  fault: Fault,
  { count, file = '', atCheckOut = false }: FaultPoint,
): Promise<FaultyFilter> {
  const folder = join(repository.folder, '..')
  const [script, note] = [join(folder, 'faulty.cjs'), join(folder, 'happened')]
  writeFileSync(script, SCRIPT)
  const command = (await repository.git('config', 'filter.secrets.process')).stdout.trim()
  const words = [process.execPath, script, fault, String(count), note, file, String(atCheckOut)].map(
    (word) => `'${word}'`,
  )
  await repository.git('config', 'filter.secrets.process', `${words.join(' ')} ${command}`)
  return {
    happened: async () => {
      for (let waited = 0; waited < 600; waited += 1) {
        const text = existsSync(note) ? readFileSync(note, 'utf8') : ''
        if (text !== '') return Number(text)
        await sleep(50)
      }
      throw new Error('the fault did not happen')
    },
    mend: async () => {
      await repository.git('config', 'filter.secrets.process', command)
    },
  }
}

/** Waits until a process has gone; false if it has not after ten seconds. */
export async function hasEnded(pid: number): Promise<boolean> {
  for (let waited = 0; waited < 200; waited += 1) {
    try {
      process.kill(pid, 0)
    } catch {
      return true
    }
    await sleep(50)
  }
  return false
}

const SCRIPT = `const { spawn } = require('node:child_process')
const fs = require('node:fs')
const [fault, count, note, file, atCheckOut, ...command] = process.argv.slice(2)
const child = spawn(command[0], command.slice(1), { stdio: ['pipe', 'pipe', 'inherit'] })
child.stdin.on('error', () => {})
process.stdout.on('error', () => {})
process.stdin.pipe(child.stdin)
child.on('exit', (code) => process.exit(code ?? 1))
let answers = 0
let counts = atCheckOut !== 'true'
let asked = ''
process.stdin.on('data', (chunk) => {
  asked = asked.slice(-20) + chunk.toString('latin1')
  counts ||= asked.includes('command=smudge')
})
child.stdout.on('data', (chunk) => {
  if (counts) answers += chunk.toString('latin1').split('status=success').length - 1
  if (answers > Number(count)) {
    if (!fs.existsSync(note)) fs.writeFileSync(note, String(child.pid))
    if (fault === 'pause') return
    if (fault === 'delay') Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1100)
    if (fault === 'remove') fs.rmSync(file, { force: true })
    if (fault === 'kill') {
      child.kill('SIGKILL')
      process.kill(process.pid, 'SIGKILL')
    }
  }
  process.stdout.write(chunk)
})
`
