/** Our hooks in a clone, beside those of others. `core.hooksPath` is never set: other tools own it, and refuse to share it. */
import { chmod, lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join, resolve, sep } from 'node:path'
import { isInside } from '../project/paths.ts'
import {
  ASIDE_ENDING,
  HOOK_NAMES,
  type HookName,
  type HookProgram,
  hasHookBlock,
  newHook,
  withHookBlock,
  withoutHookBlock,
  wrappingHook,
} from './hook-text.ts'
import { configValues, type ProgramPaths } from './local-config.ts'
import { type GitOptions, runGit } from './run-git.ts'

/** A clone whose hooks are meant. */
export interface HookedRepository {
  /** Absolute path of the top of the work tree. */
  readonly top: string
  /** With `top` as its folder. */
  readonly git: GitOptions
}

/** What became of one hook. */
export interface HookOutcome {
  readonly name: HookName
  /** Absolute path of the script; of the folder, for `elsewhere`. */
  readonly path: string
  /**
   * `shared`: written, and part of the repository, so that it is to be committed. `elsewhere`: not touched, since
   * `core.hooksPath` names a folder that other repositories use too.
   */
  readonly state: 'unchanged' | 'written' | 'shared' | 'removed' | 'elsewhere'
}

/** Adds our hooks, or brings them up to date. Throws `GIT_FAILED` and what the system says about the files. */
export async function installHooks(repository: HookedRepository, paths: ProgramPaths): Promise<readonly HookOutcome[]> {
  const folder = await hooksFolder(repository)
  return eachHook(folder, async (name, path) => {
    if (folder.kind === 'elsewhere') return 'elsewhere'
    const changed = await install(path, name, {
      program: folder.kind === 'shared' ? 'in path' : paths,
      byMode: folder.byMode,
    })
    return changed ? (folder.kind === 'shared' ? 'shared' : 'written') : 'unchanged'
  })
}

/** Takes our hooks away; all others are as they were, to the byte. Throws as `installHooks`. */
export async function removeHooks(repository: HookedRepository): Promise<readonly HookOutcome[]> {
  const folder = await hooksFolder(repository)
  return eachHook(folder, async (_name, path) => {
    if (folder.kind === 'elsewhere') return 'elsewhere'
    const places = [path, ...MOVED.map((ending) => path + ending)]
    const removed = await Promise.all(places.map(remove))
    return removed.includes(true) ? 'removed' : 'unchanged'
  })
}

/** The hooks that nothing of ours is in: what `doctor` and `status` tell. */
export async function missingHooks(repository: HookedRepository): Promise<readonly HookOutcome[]> {
  const folder = await hooksFolder(repository)
  const found = await eachHook(folder, async (_name, path) => {
    const places = [path, ...MOVED.map((ending) => path + ending)]
    const texts = await Promise.all(places.map(readIfThere))
    const calls = texts.some((text) => text !== undefined && (hasHookBlock(text) || /\bsecrets\b.* hook /.test(text)))
    return calls ? 'unchanged' : folder.kind === 'elsewhere' ? 'elsewhere' : 'removed'
  })
  return found.filter(({ state }) => state !== 'unchanged')
}

/** Where pre-commit puts a hook that was there before it, and runs it from. */
const MOVED = ['.legacy']

interface HooksFolder {
  readonly path: string
  /** `own` is this clone's; `shared` is in the work tree; `elsewhere` is neither. */
  readonly kind: 'own' | 'shared' | 'elsewhere'
  /** Whether only files that may be executed are run: by git, but not on Windows, nor by husky. */
  readonly byMode: boolean
}

async function hooksFolder({ top, git }: HookedRepository): Promise<HooksFolder> {
  const told = await runGit(['rev-parse', '--git-path', 'hooks'], git)
  const path = resolve(top, told.toString('utf8').replace(/\r?\n$/, ''))
  const byMode = sep === '/'
  if ((await configValues('core.hooksPath', git)).length === 0) return { path, kind: 'own', byMode }
  // husky makes its own folder anew at every `npm install`; the scripts that people write lie above it.
  const isHusky = basename(path) === '_' && (await readIfThere(join(path, 'h'))) !== undefined
  const folder = isHusky ? dirname(path) : path
  if (!isInside(top, folder)) return { path: folder, kind: 'elsewhere', byMode }
  return { path: folder, kind: isInside(join(top, '.git'), folder) ? 'own' : 'shared', byMode: byMode && !isHusky }
}

async function eachHook(
  { path: folder }: HooksFolder,
  act: (name: HookName, path: string) => Promise<HookOutcome['state']>,
): Promise<readonly HookOutcome[]> {
  return Promise.all(
    HOOK_NAMES.map(async (name) => {
      const path = join(folder, name)
      return { name, path, state: await act(name, path) }
    }),
  )
}

interface InstallOptions {
  readonly program: HookProgram
  readonly byMode: boolean
}

async function install(path: string, name: HookName, { program, byMode }: InstallOptions): Promise<boolean> {
  const present = await stateOf(path, byMode)
  if (present === undefined) {
    await mkdir(dirname(path), { recursive: true })
    await writeScript(path, newHook(name, program))
    return true
  }
  const text = present.runs ? await readFile(path, 'utf8') : undefined
  if (text !== undefined && isWrapping(text)) return rewrite(path, text, wrappingHook(name, program))
  const wanted = text === undefined ? undefined : withHookBlock(text, name, program)
  if (text !== undefined && wanted !== undefined) return rewrite(path, text, wanted)
  // A program, a link to a script of the repository, or a script that git does not run now: kept beside ours as it is.
  await rename(path, path + ASIDE_ENDING)
  await writeScript(path, wrappingHook(name, program))
  return true
}

/** Undefined where there is nothing; `runs` for an ordinary file that git would run. */
async function stateOf(path: string, byMode: boolean): Promise<{ readonly runs: boolean } | undefined> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined) return undefined
  return { runs: found.isFile() && (!byMode || (found.mode & 0o100) !== 0) }
}

function isWrapping(text: string): boolean {
  return hasHookBlock(text) && text.includes(ASIDE_ENDING)
}

async function rewrite(path: string, before: string, after: string): Promise<boolean> {
  if (before === after) return false
  // In place: its mode stays, and whatever else knows the file by its name.
  await writeFile(path, after)
  return true
}

async function writeScript(path: string, text: string): Promise<void> {
  await writeFile(path, text, { mode: 0o755 })
  await chmod(path, 0o755)
}

async function remove(path: string): Promise<boolean> {
  const text = await readIfThere(path)
  if (text === undefined || !hasHookBlock(text)) return false
  const rest = isWrapping(text) ? undefined : withoutHookBlock(text)
  if (rest !== undefined) return rewrite(path, text, rest)
  const isAside = (await lstat(path + ASIDE_ENDING).catch(() => undefined)) !== undefined
  if (isAside) await rename(path + ASIDE_ENDING, path)
  else await rm(path)
  return true
}

async function readIfThere(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch(() => undefined)
}
