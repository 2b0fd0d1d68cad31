/** Programs that a test ends in the middle. */
import { type ChildProcess, spawn } from 'node:child_process'
import type { SecretRepository } from './secret-repository.ts'

/** In a process group of its own, so that all of it can be ended together. */
export function start(
  program: string,
  args: readonly string[],
  { folder, env }: Pick<SecretRepository, 'folder' | 'env'>,
): ChildProcess {
  return spawn(program, args, { cwd: folder, env, stdio: 'ignore', detached: true })
}

/** Gives a signal to the program alone, and waits for its end. */
export async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  child.kill(signal)
  await closed(child)
}

/** Waits for the end of a program. */
export async function closed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  await new Promise((resolve) => {
    child.once('exit', resolve)
  })
}
