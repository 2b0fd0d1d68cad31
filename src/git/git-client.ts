/** The one door to simple-git: what a person asks of a repository, in a few calls. */
import { GitPluginError, type SimpleGit, simpleGit } from 'simple-git'
import { SecretsError } from '../core/errors.ts'

/** Where git works, as values. */
export interface GitPlace {
  /** Absolute path of an existing folder. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
}

/** A file of a commit. */
export interface CommittedFile {
  /** Relative to the root of the repository, `/`-separated. */
  readonly path: string
  readonly object: string
}

/** What a repository has. */
export interface GitHistory {
  /** The id of the commit that a revision names; undefined when it names none. Throws `GIT_FAILED`. */
  commitOf(revision: string): Promise<string | undefined>
  /** The regular files of a commit. Throws `GIT_FAILED`. */
  filesOf(commit: string): Promise<readonly CommittedFile[]>
}

/** Variables by which whoever calls us says which repository is meant. All others of git can make it start programs. */
const ALLOWED = ['GIT_DIR', 'GIT_WORK_TREE', 'GIT_INDEX_FILE', 'GIT_COMMON_DIR', 'GIT_CEILING_DIRECTORIES']

/** What simple-git guards beside git's own variables: programs that git could start, and we never let it. */
const GUARDED = /^(GIT_.*|EDITOR|VISUAL|PAGER|SSH_ASKPASS|PREFIX|LESS.*)$/i

/** Modes of files: ordinary and executable. Links and submodules hold no secrets of ours. */
const FILE_MODES = /^100(644|755) blob ([0-9a-f]+)\t/

/** The history of the repository at a place. */
export function gitHistory(place: GitPlace): GitHistory {
  const git = clientAt(place)
  return {
    commitOf: async (revision) => {
      if (revision.startsWith('-')) return undefined
      return (await answer(git, ['rev-parse', '--verify', '--quiet', `${revision}^{commit}`]))?.trim()
    },
    filesOf: async (commit) => parseTree(await required(git, ['ls-tree', '-r', '-z', '--full-tree', commit])),
  }
}

/** The version of git; undefined where there is none. */
export async function gitVersion(place: GitPlace): Promise<string | undefined> {
  const text = await answer(clientAt(place), ['--version']).catch(() => undefined)
  return text?.replace(/^git version /, '').trim()
}

function clientAt({ cwd, env }: GitPlace): SimpleGit {
  const kept = Object.entries(env).filter(([name]) => !GUARDED.test(name) || ALLOWED.includes(name))
  const plain = { ...Object.fromEntries(kept), LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0' }
  const git = simpleGit({
    baseDir: cwd,
    allowEnvironment: [...ALLOWED, 'GIT_OPTIONAL_LOCKS', 'GIT_TERMINAL_PROMPT'],
    // By itself simple-git takes a failure without a message for success.
    errors: (error, { exitCode }) => error ?? (exitCode === 0 ? undefined : new Error(`status ${exitCode}`)),
  })
  return git.env(plain)
}

/** What git prints; undefined when its status is not 0. */
async function answer(git: SimpleGit, args: readonly string[]): Promise<string | undefined> {
  try {
    return await git.raw([...args])
  } catch (error) {
    if (error instanceof GitPluginError) throw failed(args, error)
    if (isMissing(error)) throw noGit(error)
    return undefined
  }
}

async function required(git: SimpleGit, args: readonly string[]): Promise<string> {
  const text = await answer(git, args)
  if (text === undefined) throw failed(args, undefined)
  return text
}

/** simple-git makes an error of its own of the system's, with its text. */
function isMissing(error: unknown): boolean {
  return error instanceof Error && /\bspawn \S+ ENOENT\b/.test(String(error))
}

function noGit(cause: unknown): SecretsError {
  return new SecretsError('GIT_FAILED', 'git cannot be started', {
    hint: 'install git, and make sure that it is in the PATH',
    cause,
  })
}

function failed([command = '']: readonly string[], cause: unknown): SecretsError {
  return new SecretsError('GIT_FAILED', `git ${command} failed`, { cause })
}

function parseTree(output: string): readonly CommittedFile[] {
  return parts(output).flatMap((line): CommittedFile[] => {
    const match = FILE_MODES.exec(line)
    return match?.[2] === undefined ? [] : [{ path: line.slice(match[0].length), object: match[2] }]
  })
}

function parts(output: string): readonly string[] {
  return output.split('\0').filter((part) => part !== '')
}
