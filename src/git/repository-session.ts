import { SecretsError } from '../core/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { CheckProblem } from '../project/check-problem.ts'
import type { EntryDifference } from '../project/diff-entries.ts'
import { diffFiles, type FileDifference } from '../project/diff-files.ts'
import { findProject, findProjectIfAny } from '../project/find-project.ts'
import type { Project } from '../project/model.ts'
import { type CheckedRange, checkRepository } from './check-repository.ts'
import { readSides } from './diff-sides.ts'
import { commitRange, type RepositoryView, viewRepository, wantedIn } from './repository-view.ts'
import { type KnownLeak, scanRepository } from './scan-repository.ts'
import type { ScanRange } from './scan-sources.ts'

/** All that a session is made of; nothing else of the process is looked at. */
export interface RepositoryParts {
  /** Absolute path of the folder that the repository and targets are looked for from. */
  readonly cwd: string
  readonly config: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
  readonly keyring: Keyring
  readonly now: () => Date
}

/** What became of an entry: its place, not its value, which `get` of a `SecretsSession` gives. */
export type ChangedEntry = Omit<EntryDifference, 'before' | 'after'>

/** What became of a file since a commit. */
export interface ChangedFile extends Omit<FileDifference, 'entries'> {
  readonly entries: readonly ChangedEntry[]
}

/** Which contents are judged, of which files. */
export interface CheckRequest {
  /** `all` (the index, the default), `staged`, or commits such as `origin/main..HEAD`. */
  readonly range?: string
  /** Environments, files, folders or globs; all by default. */
  readonly targets?: readonly string[]
  /** Whether the MAC is checked where a key opens the file; by default it is. */
  readonly checkMac?: boolean
}

/** What checking found. */
export interface CheckResult {
  /** Empty when all is in order. Places and rules, never a value. */
  readonly problems: readonly CheckProblem[]
  /** Secret files that were judged, and those of them whose MAC no key here could check. */
  readonly files: number
  readonly macUnchecked: number
}

/** Which contents are looked into, for whose values. */
export interface ScanRequest {
  /** `all` (the index, the default), `staged`, or `history`: all commits of all branches and tags. */
  readonly range?: ScanRange
  /** Whose values are looked for: environments, files, folders or globs; all by default. */
  readonly targets?: readonly string[]
}

/** Where a value of a secret file stands in another file. */
export interface Leak {
  /** The file that holds it, from the top of the repository, and the commit where history was looked through. */
  readonly file: string
  readonly commit?: string
  /** From 1; columns are bytes. */
  readonly line: number
  readonly column: number
  /** The secret file and the entry whose value it is; the entry of a binary file is ''. */
  readonly secretFile: string
  readonly path: string
  /** How it stands there: `as it is`, `quoted`, `base64`, … */
  readonly form: string
}

/** What scanning found, and how much it could look for. */
export interface ScanResult {
  readonly leaks: readonly Leak[]
  /** Contents that were looked into, values that were looked for, and values that are too short or too common for that. */
  readonly files: number
  readonly values: number
  readonly skipped: number
  /** Secret files that no key here opens: their values were not looked for. */
  readonly unopened: number
}

/** What git holds of the secrets of a repository, compared, judged and searched. Nothing is written. */
export class RepositorySession {
  readonly #parts: RepositoryParts

  /** @internal */
  constructor(parts: RepositoryParts) {
    this.#parts = parts
  }

  /**
   * The secret files that differ between a commit (`HEAD` by default) and the work tree, entry by entry; without a key by their
   * ciphertexts. Throws a `SecretsError`: `GIT_FAILED`, `UNKNOWN_TARGET`, `CONFIG_INVALID`, and what damaged files throw.
   */
  async diff(revision: string = 'HEAD', targets: readonly string[] = []): Promise<readonly ChangedFile[]> {
    const { cwd, env, keyring } = this.#parts
    const context = { cwd, env, project: () => this.#project(), projectIfAny: () => this.#projectIfAny() }
    const { before, after } = await readSides([revision, ...targets], context)
    const found = await diffFiles(before, after, { project: await this.#projectIfAny(), keyring })
    return found.map((file) => ({ ...file, entries: file.entries.map(withoutValues) }))
  }

  /** Whether what git holds is encrypted as the configuration wants. Needs no key. Throws `GIT_FAILED`, `UNKNOWN_TARGET`, `CONFIG_INVALID`. */
  async check({ range = 'all', targets = [], checkMac = true }: CheckRequest = {}): Promise<CheckResult> {
    return this.#viewing(async (index, view) => {
      const checked = await checkedRange(range, index)
      const judged = checked.kind === 'commits' ? await view(checked.tip) : index
      const { cwd, keyring, now } = this.#parts
      const isWanted = await wantedIn(targets, judged, { cwd, range: checked })
      const { git, objects, config } = judged
      const options = { git, objects, config, keyring, checkMac, now: now(), from: cwd, ...(isWanted && { isWanted }) }
      const { problems, files, macUnchecked } = await checkRepository(checked, options)
      return { problems, files, macUnchecked }
    })
  }

  /** Values of secret files in other files, in any usual encoding. Takes keys. Throws as `check`. */
  async scan({ range = 'all', targets = [] }: ScanRequest = {}): Promise<ScanResult> {
    return this.#viewing(async (view) => {
      const { cwd, keyring } = this.#parts
      const isWanted = await wantedIn(targets, view, { cwd })
      const { leaks, files, known } = await scanRepository(range, isWanted, view, keyring)
      const { values, skipped, unopened } = known
      return { leaks: leaks.map(leakOf), files, values, skipped, unopened }
    })
  }

  /** What git holds, for as long as `action` takes; `action` gets more of it for other commits. */
  async #viewing<Result>(
    action: (index: RepositoryView, view: (treeish: string) => Promise<RepositoryView>) => Promise<Result>,
  ): Promise<Result> {
    const endings: (() => void)[] = []
    const { cwd, env, config } = this.#parts
    const onExit = (ending: () => void): void => void endings.push(ending)
    const context = { cwd, env, configFile: config, project: () => this.#project(), onExit }
    try {
      return await action(await viewRepository(context), (treeish) => viewRepository(context, treeish))
    } finally {
      for (const ending of endings) ending()
    }
  }

  async #project(): Promise<Project> {
    const { cwd, config, env } = this.#parts
    return findProject({ cwd, config, env })
  }

  async #projectIfAny(): Promise<Project | undefined> {
    const { cwd, config, env } = this.#parts
    return findProjectIfAny({ cwd, config, env })
  }
}

async function checkedRange(range: string, index: RepositoryView): Promise<CheckedRange> {
  if (range === 'all' || range === 'staged') return { kind: range }
  const commits = await commitRange(range, index)
  if (commits !== undefined) return commits
  throw new SecretsError('UNKNOWN_TARGET', `${range} is no range of commits`, { hint: 'write it as origin/main..HEAD' })
}

function withoutValues({ path, document, change, secret }: EntryDifference): ChangedEntry {
  return { path, document, change, secret }
}

function leakOf({ file: { path: file, commit }, line, column, known }: KnownLeak): Leak {
  const { file: secretFile, entry: path, form } = known
  return { file, line, column, secretFile, path, form, ...(commit === undefined ? {} : { commit }) }
}
