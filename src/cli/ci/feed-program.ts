import { spawn } from 'node:child_process'
import { SecretsError } from '../../core/errors.ts'
import type { CiProgram } from '../../pipeline/ci/ci-system.ts'
import { findProgram } from '../../pipeline/find-program.ts'
import type { CommandContext } from '../context.ts'

/**
 * Runs a program of the system with values on its standard input. What it prints is dropped, since it might quote them.
 * Throws `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`; `PROVIDER_FAILED` for one that fails.
 */
export async function feedProgram(
  { command: [name, ...args], input }: CiProgram,
  { env, cwd, platform }: Pick<CommandContext, 'env' | 'cwd' | 'platform'>,
): Promise<void> {
  const path = await findProgram(name, { env, cwd, platform })
  const status = await new Promise<string>((done, reject) => {
    const child = spawn(path, args, { cwd, env: { ...env }, stdio: ['pipe', 'ignore', 'ignore'], windowsHide: true })
    child.once('error', () => reject(cannotStart(name)))
    child.once('close', (code, signal) => done(String(code ?? signal)))
    // It may end before it has read all: its status tells.
    child.stdin.on('error', () => undefined)
    child.stdin.end(input)
  })
  if (status === '0') return
  const options = args.findIndex((arg) => arg.startsWith('-'))
  const action = args.slice(0, options === -1 ? args.length : options).join(' ')
  throw new SecretsError('PROVIDER_FAILED', `${name} ${action} failed (${status})`, {
    hint: `try it by itself, with a value that is no secret; it may be too old: ${name} --version`,
  })
}

function cannotStart(name: string): SecretsError {
  return new SecretsError('COMMAND_NOT_EXECUTABLE', `${name} cannot be started`, {
    hint: 'is it a program for this system?',
  })
}
