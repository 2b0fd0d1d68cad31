import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import type { ProcessVariables } from './child-environment.ts'

/** Where a program is looked for. */
export interface FindProgramOptions {
  /** The variables whose PATH (and, on Windows, PATHEXT) counts. */
  readonly env: ProcessVariables
  readonly cwd: string
  readonly platform: NodeJS.Platform
}

/** What Windows has where PATHEXT is not set. */
const DEFAULT_PATHEXT = '.COM;.EXE;.BAT;.CMD'

/** What `execvp` has where PATH is not set. */
const DEFAULT_PATH = '/usr/local/bin:/bin:/usr/bin'

/**
 * The absolute path of a program, found as a shell finds it: a name in the folders of PATH, anything with a separator from the
 * current folder. Unlike cmd.exe, Windows programs are not looked for in the current folder. Throws
 * `COMMAND_NOT_FOUND`, `COMMAND_NOT_EXECUTABLE`.
 */
export async function findProgram(command: string, options: FindProgramOptions): Promise<string> {
  const states: { readonly path: string; readonly runs: boolean }[] = []
  for (const path of candidates(command, options)) {
    const runs = await runsAt(path, options.platform)
    if (runs === true) return path
    if (runs === false) states.push({ path, runs })
  }
  const [found] = states
  if (found === undefined) throw notFound(command, options)
  throw new SecretsError('COMMAND_NOT_EXECUTABLE', `${command} is no program that can be run`, {
    hint: options.platform === 'win32' ? 'name a program' : `is it a program? then: chmod +x ${found.path}`,
  })
}

function candidates(command: string, { env, cwd, platform }: FindProgramOptions): readonly string[] {
  if (command === '') return []
  const path = platform === 'win32' ? win32 : posix
  const named = platform === 'win32' ? /[/\\:]/.test(command) : command.includes('/')
  const bases = named
    ? [path.resolve(cwd, command)]
    : folders(env, platform).map((folder) => path.resolve(cwd, folder, command))
  return platform === 'win32' ? bases.flatMap((base) => withExtensions(base, variable(env, 'PATHEXT'))) : bases
}

/** POSIX: an empty part of PATH is the current folder. */
function folders(env: ProcessVariables, platform: NodeJS.Platform): readonly string[] {
  if (platform !== 'win32') return (env['PATH'] ?? DEFAULT_PATH).split(':')
  return (variable(env, 'PATH') ?? '')
    .split(';')
    .map((folder) => folder.replace(/^"(.*)"$/, '$1'))
    .filter((folder) => folder !== '')
}

function withExtensions(base: string, pathext: string | undefined): readonly string[] {
  const extensions = (pathext === undefined || pathext === '' ? DEFAULT_PATHEXT : pathext).split(';').filter(Boolean)
  const has = extensions.some((extension) => base.toLowerCase().endsWith(extension.toLowerCase()))
  return has ? [base] : extensions.map((extension) => base + extension.toLowerCase())
}

/** Names of variables differ by more than case in a copy of the environment, on Windows too. */
function variable(env: ProcessVariables, name: string): string | undefined {
  return Object.entries(env).find(([key]) => key.toUpperCase() === name)?.[1]
}

/** Whether a file can be run; undefined when there is none. */
async function runsAt(path: string, platform: NodeJS.Platform): Promise<boolean | undefined> {
  const found = await stat(path).catch(() => undefined)
  if (found === undefined) return undefined
  if (!found.isFile()) return false
  if (platform === 'win32') return true
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  )
}

function notFound(command: string, { platform }: FindProgramOptions): SecretsError {
  const blanks = /\s/.test(command.trim())
  const shell = platform === 'win32' ? 'cmd /c' : 'sh -c'
  return new SecretsError('COMMAND_NOT_FOUND', `there is no program ${command === '' ? '(empty)' : command}`, {
    hint: blanks
      ? `no shell is used: write the words without quotes around all of them, or ${shell} '…'`
      : `no shell is used: for what only a shell knows, write ${shell} '…'`,
  })
}
