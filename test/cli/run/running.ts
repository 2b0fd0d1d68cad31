import { type ChildProcess, spawn } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import type { ProgramResult } from '../../support/run-program.ts'
import { runSecrets, secretsProgram } from '../../support/run-secrets.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

/** A folder with an encrypted `a.json`, and ways to run a program with its values. */
export interface RunSandbox {
  readonly folder: string
  /** `secrets run OPTIONS… a.json -- node -e SCRIPT` to its end. */
  readonly run: (options: readonly string[], script: string) => Promise<ProgramResult>
  /** The same, started as the leader of a session without a terminal. */
  readonly start: (options: readonly string[], script: string) => RunningSecrets
  /** Names of folders for private files that the process with this number has. */
  readonly privateFolders: (pid: number) => readonly string[]
}

/** A `secrets run` that runs. */
export interface RunningSecrets {
  readonly pid: number
  readonly child: ChildProcess
  /** Resolves when standard output matches; rejects when it ends before. */
  readonly shows: (pattern: RegExp) => Promise<RegExpExecArray>
  readonly ended: Promise<{ readonly status: number | null; readonly signal: NodeJS.Signals | null }>
}

/** Makes the sandbox with these values. */
export async function runSandbox(context: TestContext, values: Readonly<Record<string, unknown>>): Promise<RunSandbox> {
  const folder = temporaryFolder(context)
  const key = join(folder, 'key.txt')
  const recipient = (await runSecrets(['keygen', '--output', key], { cwd: folder })).stdout.trim()
  writeFileSync(join(folder, 'a.json'), `${JSON.stringify(values, undefined, 2)}\n`)
  const { status, stderr } = await runSecrets(['encrypt', '--recipient', recipient, 'a.json'], { cwd: folder })
  if (status !== 0) throw new Error(stderr)
  const env = { SECRETS_AGE_KEY_FILE: key, XDG_RUNTIME_DIR: undefined }
  return {
    folder,
    run: (options, script) => runSecrets(wordsOf(options, script), { cwd: folder, env }),
    start: (options, script) => {
      const all = [secretsProgram(), ...wordsOf(options, script)]
      const stdio = ['ignore', 'pipe', 'ignore'] as const
      const own = isolatedEnvironment(folder, { SECRETS_AGE_KEY_FILE: key })
      const child = spawn(process.execPath, all, { cwd: folder, env: own, stdio: [...stdio], detached: true })
      context.onCleanup(() => void child.kill('SIGKILL'))
      return watched(child)
    },
    privateFolders,
  }
}

function wordsOf(options: readonly string[], script: string): readonly string[] {
  return ['run', ...options, 'a.json', '--', process.execPath, '-e', script]
}

function watched(child: ChildProcess): RunningSecrets {
  let output = ''
  let look: (() => void) | undefined
  child.stdout?.on('data', (chunk: Buffer) => {
    output += chunk.toString('latin1')
    look?.()
  })
  const ended = new Promise<{ status: number | null; signal: NodeJS.Signals | null }>((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal }))
  })
  const shows = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      look = () => {
        const found = pattern.exec(output)
        if (found !== null) resolve(found)
      }
      look()
      void ended.then(() => reject(new Error(`ended without ${pattern}`)))
    })
  return { pid: child.pid ?? 0, child, shows, ended }
}

function privateFolders(pid: number): readonly string[] {
  const beginning = `secretsrc-run-${hostname().replace(/[^\w.]/g, '_')}-${pid}-`
  return ['/dev/shm', tmpdir()].flatMap((parent) => {
    try {
      return readdirSync(parent).filter((name) => name.startsWith(beginning))
    } catch {
      return []
    }
  })
}

/** The state of a process as Linux has it (`T` is stopped); '' where there is none. */
export function stateOf(pid: number): string {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return text.slice(text.lastIndexOf(')') + 2, text.lastIndexOf(')') + 3)
  } catch {
    return ''
  }
}

/** Waits until something is so; the test's own limit ends it. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) {
    await new Promise((resolve) => {
      setTimeout(resolve, 20)
    })
  }
}
