import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join, resolve } from 'node:path'
import type { ProgramResult } from './run-program.ts'

/** What the lines of a running transcript share. */
export interface TranscriptState {
  /** The folder that relative names start from. */
  folder: string
  readonly env: Record<string, string>
  /** What the next program reads. */
  stdin: string | Uint8Array
  last: ProgramResult
}

/** A line that runs no program: does something with files, or says whether what it claims is so. */
export type TranscriptCheck = (state: TranscriptState, args: readonly string[]) => boolean | undefined

/** Every line but `secrets`, `git` and `node`. `undefined`: done, nothing was claimed. */
export const checks: Readonly<Record<string, TranscriptCheck>> = {
  status: (state, [number]) => state.last.status === Number(number),
  stdout: (state, [pattern]) => matches(state.last.stdout, pattern),
  stderr: (state, [pattern]) => matches(state.last.stderr, pattern),
  grep: (state, [pattern, name]) => matches(content(state, name).toString('utf8'), pattern),
  cmp: (state, [left, right]) => content(state, left).equals(content(state, right)),
  exists: (state, names) => names.every((name) => existsSync(join(state.folder, name))),
  env: (state, settings) => {
    for (const setting of settings) assign(state.env, setting)
    return undefined
  },
  unset: (state, names) => {
    for (const name of names) Reflect.deleteProperty(state.env, name)
    return undefined
  },
  capture: (state, [name]) => {
    state.env[given(name)] = state.last.stdout.trim()
    return undefined
  },
  stdin: (state, [name]) => {
    state.stdin = content(state, name)
    return undefined
  },
  cd: (state, [name]) => {
    state.folder = resolve(state.folder, given(name))
    return undefined
  },
  cp: (state, [from, to]) => {
    const target = resolve(state.folder, given(to))
    mkdirSync(dirname(target), { recursive: true })
    if (from === 'stdout' || from === 'stderr') writeFileSync(target, content(state, from))
    else copyFileSync(resolve(state.folder, given(from)), target)
    return undefined
  },
  mv: (state, [from, to]) => {
    renameSync(resolve(state.folder, given(from)), resolve(state.folder, given(to)))
    return undefined
  },
  mkdir: (state, names) => {
    for (const name of names) mkdirSync(resolve(state.folder, name), { recursive: true })
    return undefined
  },
  rm: (state, names) => {
    for (const name of names) rmSync(resolve(state.folder, name), { recursive: true })
    return undefined
  },
  chmod: (state, [mode, name]) => {
    chmodSync(resolve(state.folder, given(name)), Number.parseInt(given(mode), 8))
    return undefined
  },
}

// Without a pattern the claim is that there is any output.
function matches(text: string, pattern: string | undefined): boolean {
  return pattern === undefined ? text !== '' : new RegExp(pattern, 'mu').test(text)
}

function content(state: TranscriptState, name: string | undefined): Buffer {
  if (name === 'stdout') return state.last.stdoutBytes
  if (name === 'stderr') return Buffer.from(state.last.stderr)
  return readFileSync(resolve(state.folder, given(name)))
}

function assign(env: Record<string, string>, setting: string): void {
  const at = setting.indexOf('=')
  if (at < 1) throw new Error(`env takes NAME=VALUE, not ${setting}`)
  env[setting.slice(0, at)] = setting.slice(at + 1)
}

function given(word: string | undefined): string {
  if (word === undefined) throw new Error('a word is missing')
  return word
}
