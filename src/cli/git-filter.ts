import { isSecretsError } from '../core/errors.ts'
import type { CleanOptions } from '../git/clean.ts'
import { CleanMemory } from '../git/clean-memory.ts'
import type { FilterRequest, Filters } from '../git/filter-protocol.ts'
import { GitObjects } from '../git/git-objects.ts'
import { LOCKED_KEY } from '../git/local-config.ts'
import { type FindConfig, treeConfigs, worktreeConfigs } from '../git/path-configs.ts'
import { isIndexLocked, requireCommonFolder } from '../git/repository.ts'
import { nulSeparated, tryGit } from '../git/run-git.ts'
import { StoredVersionReader } from '../git/stored-versions.ts'
import { WrittenFiles } from '../git/written-files.ts'
import type { Project } from '../project/model.ts'
import type { CommandContext } from './context.ts'
import { reportError } from './report-error.ts'

/** How a filter may differ from the ordinary. */
export interface GitFilterOptions {
  /** Whether it remembers what it does, for later commands and for files that are cleaned again; true by default. */
  readonly remembers?: boolean
}

/** Of a filter that remembers nothing. */
const NO_MEMORY = { add: async (): Promise<void> => undefined }
const NOTHING_WRITTEN = { add: (): void => undefined }

/** The filters of one process. What cleaning needs is loaded by the first file that is cleaned, and so for smudging. */
export class GitFilter implements Filters {
  readonly #context: CommandContext
  readonly #objects: GitObjects
  readonly #stored: StoredVersionReader
  readonly #remembers: boolean
  readonly #worktree: FindConfig
  readonly #trees = new Map<string, FindConfig>()
  #locked: Promise<ReadonlySet<string>> | undefined
  readonly #memory: CleanMemory
  readonly #written = new WrittenFiles()
  readonly #kept: string[] = []
  #reason = ''

  constructor(context: CommandContext, { remembers = true }: GitFilterOptions = {}) {
    this.#context = context
    this.#remembers = remembers
    this.#objects = new GitObjects({ cwd: context.cwd, env: context.env })
    this.#stored = new StoredVersionReader(this.#objects)
    this.#memory = new CleanMemory(() => requireCommonFolder(context))
    this.#worktree = worktreeConfigs(context.cwd, (folder) => loadProject(folder, context))
  }

  readonly clean = async ({ path, content }: FilterRequest): Promise<Uint8Array> => {
    const known = this.#written.encryptedForm(path, content)
    if (known !== undefined) return known
    try {
      const { cleanContent } = await import('../git/clean.ts')
      const cleaned = await cleanContent(path, content, this.#cleanOptions())
      if (cleaned !== content) this.#written.add(path, content, cleaned)
      return cleaned
    } catch (error) {
      reportError(error, this.#context.terminal, { json: false, debug: this.#context.env['SECRETS_DEBUG'] === '1' })
      throw error
    }
  }

  readonly smudge = async (request: FilterRequest): Promise<Uint8Array> => {
    const { smudgeContent } = await import('../git/smudge.ts')
    return smudgeContent(request, {
      top: this.#context.cwd,
      config: (path, treeish) => this.#configFor(path, treeish),
      locked: () => (this.#locked ??= lockedEnvironments(this.#context)),
      memory: this.#remembers ? this.#memory : NO_MEMORY,
      written: this.#remembers ? this.#written : NOTHING_WRITTEN,
      keyring: this.#context.keyring,
      onKept: (path, error) => {
        this.#kept.push(path)
        if (this.#reason === '') this.#reason = isSecretsError(error) ? error.message : 'a defect of secrets'
      },
    })
  }

  /** What git is to store where another thread made `sealed` of this file: what this process knows it by, if it does. */
  async keepCleaned({ path, content }: FilterRequest, sealed: Uint8Array): Promise<Uint8Array> {
    const written = this.#written.encryptedForm(path, content)
    if (written !== undefined) return written
    await this.#memory.add(path, content, sealed)
    this.#written.add(path, content, sealed)
    return sealed
  }

  /** Remembers what another thread made of this file, as `smudge` does. */
  async keepSmudged(
    { path, content }: Pick<FilterRequest, 'path'> & { content: Uint8Array },
    plain: Uint8Array,
  ): Promise<void> {
    await this.#memory.add(path, plain, content)
    this.#written.add(path, plain, content)
  }

  /** Has git look ahead for what cleaning these files will ask of it; each of them is cleaned, or given up. */
  prepare(paths: readonly string[]): void {
    this.#stored.prepare(paths)
  }

  /** A file that was prepared is not cleaned here. */
  giveUp(path: string): void {
    this.#stored.giveUp(path)
  }

  /** Ends what runs, and keeps nothing. */
  forget(): void {
    this.#objects.close()
  }

  /** Ends what runs, keeps what was learned, and says in one line what stayed encrypted. */
  async finish(): Promise<void> {
    this.#objects.close()
    await this.#memory.save()
    const [first, ...others] = this.#kept
    if (first === undefined) return
    const files = others.length === 0 ? `${first} stays` : `${first} and ${others.length} more stay`
    this.#context.terminal.warn(`${files} encrypted: ${this.#reason}`)
  }

  #cleanOptions(): CleanOptions {
    const { cwd, env, keyring, now, terminal } = this.#context
    const { warn } = terminal
    return {
      top: cwd,
      config: this.#worktree,
      stored: this.#stored,
      memory: this.#remembers ? this.#memory : { knows: (...pair) => this.#memory.knows(...pair), ...NO_MEMORY },
      isStaging: () => isIndexLocked({ cwd, env }),
      keyring,
      now,
      warn,
    }
  }

  async #configFor(path: string, treeish: string | undefined): Promise<Project | undefined> {
    if (treeish === undefined) return this.#worktree(path)
    const known = this.#trees.get(treeish)
    const configs = known ?? this.#treeConfigs(treeish)
    this.#trees.set(treeish, configs)
    return (await configs(path)) ?? this.#worktree(path)
  }

  #treeConfigs(treeish: string): FindConfig {
    return treeConfigs({
      top: this.#context.cwd,
      treeish,
      objects: this.#objects,
      parse: async (content, file) => {
        const { readSecretsrc } = await import('../project/read-secretsrc.ts')
        return readSecretsrc(content, file)
      },
    })
  }
}

async function loadProject(folder: string, { env }: CommandContext): Promise<Project | undefined> {
  const { findProjectIfAny } = await import('../project/find-project.ts')
  return findProjectIfAny({ cwd: folder, env })
}

async function lockedEnvironments({ cwd, env }: CommandContext): Promise<ReadonlySet<string>> {
  const { status, stdout } = await tryGit(['config', '-z', '--get-all', LOCKED_KEY], { cwd, env })
  return new Set(status === 0 ? nulSeparated(stdout) : [])
}
