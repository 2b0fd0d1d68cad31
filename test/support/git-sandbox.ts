import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { isolatedEnvironment } from './isolated-environment.ts'
import { type ProgramResult, runProgram } from './run-program.ts'
import type { TestContext } from './suite.ts'
import { temporaryFolder } from './temporary-folder.ts'

/** A git repository of one test: no configuration, hook or identity of the machine reaches it. */
export interface GitSandbox {
  /** Root of the work tree. */
  readonly folder: string
  /** The environment its git runs in; pass it on to what should see the same repository. */
  readonly env: Readonly<Record<string, string>>
  /** Runs git; throws with its output when the status is not 0. */
  git(...args: readonly string[]): Promise<ProgramResult>
  /** Runs git and gives whatever comes of it. */
  tryGit(...args: readonly string[]): Promise<ProgramResult>
  /** Writes a file below the folder, folders included. */
  write(path: string, content: string | Uint8Array): void
  read(path: string): string
  /** Commits what is staged. */
  commit(message: string): Promise<ProgramResult>
  /** `git commit -a`: git hands hooks another index than for a plain commit. */
  commitAll(message: string): Promise<ProgramResult>
  /** `git commit -- PATH…`: with a third kind of index. */
  commitPath(message: string, ...paths: readonly string[]): Promise<ProgramResult>
}

/** A new repository whose first commit holds `files` (none: no commit). */
export async function gitSandbox(
  context: Pick<TestContext, 'onCleanup'>,
  files: Readonly<Record<string, string | Uint8Array>> = {},
  extraEnv: Readonly<Record<string, string | undefined>> = {},
): Promise<GitSandbox> {
  const parent = temporaryFolder(context)
  const folder = join(parent, 'repository')
  const home = join(parent, 'home')
  mkdirSync(folder)
  mkdirSync(home)
  const sandbox = sandboxAt(folder, isolatedEnvironment(home, extraEnv))
  await sandbox.git('init', '--quiet')
  for (const [path, content] of Object.entries(files)) sandbox.write(path, content)
  if (Object.keys(files).length > 0) {
    await sandbox.git('add', '--all')
    await sandbox.commit('first')
  }
  return sandbox
}

/** Writes a file below `folder`, with the folders it needs. */
export function writeBelow(folder: string, path: string, content: string | Uint8Array, mode?: number): void {
  const target = join(folder, path)
  mkdirSync(dirname(target), { recursive: true })
  writeFileSync(target, content)
  if (mode !== undefined) chmodSync(target, mode)
}

/** A sandbox around a work tree that is there already. */
export function sandboxAt(folder: string, env: Readonly<Record<string, string>>): GitSandbox {
  const tryGit = (...args: readonly string[]): Promise<ProgramResult> => runProgram('git', args, { cwd: folder, env })
  const git = async (...args: readonly string[]): Promise<ProgramResult> => {
    const result = await tryGit(...args)
    if (result.status === 0) return result
    throw new Error(`git ${args.join(' ')}: status ${result.status}\n${result.stdout}${result.stderr}`)
  }
  return {
    folder,
    env,
    git,
    tryGit,
    write: (path, content) => writeBelow(folder, path, content),
    read: (path) => readFileSync(join(folder, path), 'utf8'),
    commit: (message) => git('commit', '--quiet', '--message', message),
    commitAll: (message) => git('commit', '--quiet', '--all', '--message', message),
    commitPath: (message, ...paths) => git('commit', '--quiet', '--message', message, '--', ...paths),
  }
}
