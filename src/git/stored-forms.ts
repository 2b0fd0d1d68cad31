/** What git has of files that lie in clear in the work tree, because their environment is checked out decrypted. */
import { SecretsError } from '../core/errors.ts'
import type { StoredForm } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import { GitObjects } from './git-objects.ts'
import { configValues, DRIVER } from './local-config.ts'
import { pathInRepository } from './revision.ts'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'

/** Reads the index of one work tree. Close it, or its git keeps running. */
export class StoredForms {
  readonly #git: GitOptions
  readonly #objects: GitObjects
  #isInstalled: Promise<boolean> | undefined
  #index: Promise<ReadonlyMap<string, IndexState>> | undefined

  /** `cwd` is the top of the work tree. */
  constructor(git: GitOptions) {
    this.#git = git
    this.#objects = new GitObjects(git)
  }

  /** Throws `GIT_FAILED`, also for a file in the middle of a merge: it has no one content then. */
  readonly find = async (target: TargetFile): Promise<StoredForm> => {
    const path = await pathInRepository(this.#git.cwd, target.path)
    // Outside of this work tree it is nothing to this git.
    if (path.startsWith('../')) return { bytes: undefined, isFiltered: false }
    const state = (await this.#states()).get(path)
    if (state?.isMerging === true) throw unfinishedMerge(target)
    const isFiltered = (await this.#installed()) && (state?.isFiltered ?? (await this.#isNewFiltered(path)))
    const bytes = state === undefined ? undefined : await this.#objects.readFirst([`:0:${path}`])
    // `git add --intent-to-add` names a file without taking its content.
    return { bytes: bytes?.length === 0 ? undefined : bytes, isFiltered }
  }

  close(): void {
    this.#objects.close()
  }

  /** Without all three git would store in clear what it cannot encrypt. */
  #installed(): Promise<boolean> {
    this.#isInstalled ??= Promise.all(
      ['process', 'required'].map((name) => configValues(`filter.${DRIVER}.${name}`, this.#git)),
    ).then(([command = [], required = []]) => command.length > 0 && required.at(-1) === 'true')
    return this.#isInstalled
  }

  #states(): Promise<ReadonlyMap<string, IndexState>> {
    this.#index ??= indexStates(this.#git)
    return this.#index
  }

  async #isNewFiltered(path: string): Promise<boolean> {
    return (await filteredPaths([path], this.#git)).has(path)
  }
}

interface IndexState {
  readonly isMerging: boolean
  readonly isFiltered: boolean
}

/** One question for all files: a process for each would take longer than all that follows. */
async function indexStates(git: GitOptions): Promise<ReadonlyMap<string, IndexState>> {
  const lines = nulSeparated(await runGit(['ls-files', '-z', '--stage'], git)).map((line) => {
    const [, stage = '', path = ''] = /^\d+ [0-9a-f]+ ([0-3])\t(.*)$/su.exec(line) ?? []
    return { stage, path }
  })
  const filtered = await filteredPaths(
    lines.map(({ path }) => path),
    git,
  )
  return new Map(lines.map(({ stage, path }) => [path, { isMerging: stage !== '0', isFiltered: filtered.has(path) }]))
}

async function filteredPaths(paths: readonly string[], git: GitOptions): Promise<ReadonlySet<string>> {
  const input = paths.map((path) => `${path}\0`).join('')
  const parts = nulSeparated(await runGit(['check-attr', '-z', '--stdin', 'filter'], { ...git, input }))
  return new Set(parts.filter((_, index) => index % 3 === 0 && parts[index + 2] === DRIVER))
}

function unfinishedMerge({ shown }: TargetFile): SecretsError {
  return new SecretsError('GIT_FAILED', 'the file is in the middle of a merge', {
    place: { file: shown },
    hint: `secrets merge ${shown}`,
  })
}
