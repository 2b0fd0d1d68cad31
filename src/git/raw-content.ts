/** What git stores of a version that it shows: for programs, which are not to see what is decrypted for a person. */
import { basename, isAbsolute } from 'node:path'
import { encryptedAs } from '../formats/encrypted-as.ts'
import type { Keyring } from '../keys/keyring.ts'
import { findProjectIfAny, SECRETSRC_NAME } from '../project/find-project.ts'
import { type CleanOptions, cleanContent } from './clean.ts'
import { CleanMemory } from './clean-memory.ts'
import { GitObjects } from './git-objects.ts'
import { type FindConfig, worktreeConfigs } from './path-configs.ts'
import { isIndexLocked, requireCommonFolder, requireWorkTree } from './repository.ts'
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'
import { StoredVersionReader } from './stored-versions.ts'
import { trackedFile } from './tracked-file.ts'

/** What finding it needs. */
export interface RawContentOptions {
  readonly git: GitOptions
  readonly keyring: () => Promise<Keyring>
  readonly now: () => Date
}

/** In the place of a version whose ciphertext cannot be found. */
const WITHHELD = Buffer.from('[secret]\n')

/**
 * The bytes that git stores of the version `content`, which lies in `file`: of an environment that is checked out decrypted, git has
 * decrypted them before textconv gets them. They are encrypted again, to what the index or the last commit has where the version is
 * theirs. What git stores in clear stays in clear, so that scanners find it. Never throws; what cannot be encrypted is withheld.
 */
export async function rawContent(file: string, content: Uint8Array, options: RawContentOptions): Promise<Uint8Array> {
  if (content.length === 0 || encryptedAs(content, '') !== undefined) return content
  // Without a work tree git has no configuration to decrypt by.
  const top = await requireWorkTree(options.git).catch(() => undefined)
  if (top === undefined) return content
  const raw = new RawContent(top, options)
  try {
    return await raw.of(file, content)
  } catch {
    return WITHHELD
  } finally {
    raw.close()
  }
}

class RawContent {
  readonly #git: GitOptions
  readonly #objects: GitObjects
  readonly #config: FindConfig
  readonly #clean: CleanOptions
  readonly #top: string

  constructor(top: string, { git, keyring, now }: RawContentOptions) {
    const { env } = git
    this.#top = top
    this.#git = { cwd: top, env: { ...env, GIT_NO_LAZY_FETCH: '1' } }
    this.#objects = new GitObjects(this.#git)
    this.#config = worktreeConfigs(top, (folder) => findProjectIfAny({ cwd: folder, env }))
    this.#clean = {
      top,
      config: this.#config,
      stored: new StoredVersionReader(this.#objects),
      memory: new CleanMemory(() => requireCommonFolder(this.#git)),
      isStaging: () => isIndexLocked(this.#git),
      keyring,
      now,
      warn: () => undefined,
    }
  }

  async of(file: string, content: Uint8Array): Promise<Uint8Array> {
    const known = await this.#knownPaths()
    if (!(await this.#decryptsAny(known))) return content
    // Git gives the file of a work tree by its path in it, and any other version by a temporary one.
    const named = isAbsolute(file) ? known.filter((path) => endsAs(file, path)) : [file]
    const decrypted = await this.#decrypted(named)
    if (!isAbsolute(file) && decrypted.length === 0) return content
    return (await this.#isStored(content)) ? content : this.#encrypted(decrypted, content)
  }

  close(): void {
    this.#objects.close()
  }

  async #knownPaths(): Promise<readonly string[]> {
    const indexed = await runGit(['ls-files', '-z', '--full-name', ':/'], this.#git)
    const committed = await tryGit(['ls-tree', '-r', '-z', '--full-tree', '--name-only', 'HEAD'], this.#git)
    return [...new Set([...nulSeparated(indexed), ...nulSeparated(committed.stdout)])]
  }

  async #decryptsAny(paths: readonly string[]): Promise<boolean> {
    const configs = [SECRETSRC_NAME, ...paths.filter((path) => basename(path) === SECRETSRC_NAME)]
    const projects = await Promise.all(configs.map((path) => this.#config(path)))
    return projects.some((project) => project?.environments.some(({ checkout }) => checkout === 'decrypted') === true)
  }

  async #decrypted(paths: readonly string[]): Promise<readonly string[]> {
    const files = await Promise.all(paths.map(async (path) => trackedFile(this.#top, path, await this.#config(path))))
    return files.flatMap(({ shown, environment }) => (environment?.checkout === 'decrypted' ? [shown] : []))
  }

  /** Whether git has it in clear. A partial clone is not to ask its server: that would tell it the hash of a value. */
  async #isStored(content: Uint8Array): Promise<boolean> {
    const hash = await runGit(['hash-object', '--stdin'], { ...this.#git, input: content })
    const { status } = await tryGit(['cat-file', '-e', hash.toString('latin1').trim()], this.#git)
    return status === 0
  }

  async #encrypted(paths: readonly string[], content: Uint8Array): Promise<Uint8Array> {
    let result: Uint8Array = WITHHELD
    for (const path of paths) {
      const cleaned = await cleanContent(path, content, this.#clean).catch(() => WITHHELD)
      const stored = await this.#objects.readAll([`:0:${path}`, `HEAD:${path}`])
      if (stored.some((one) => one !== undefined && Buffer.compare(one, cleaned) === 0)) return cleaned
      if (result === WITHHELD) result = cleaned
    }
    return result
  }
}

/** Whether a temporary file of git's is of this path: `git-blob-X/NAME`, before 2.38 `X_NAME`. */
function endsAs(file: string, path: string): boolean {
  const [name, wanted] = [basename(file), basename(path)]
  return name === wanted || (/^[A-Za-z0-9]{6}_/.test(name) && name.slice(7) === wanted)
}
