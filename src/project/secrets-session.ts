import { SecretsError } from '../core/errors.ts'
import { openSealed } from '../core/open-text.ts'
import { parsePath } from '../core/path-syntax.ts'
import { plainMap } from '../core/plain-value.ts'
import { readPlain, readSealed } from '../core/sealed-text.ts'
import type { Path } from '../core/tree.ts'
import { formatByName } from '../formats/find-format.ts'
import type { KeyContext, KeyProvider } from '../keys/key-provider.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type AccessRow, accessMatrix } from './access/access-matrix.ts'
import { stateFolder } from './changes/state-folder.ts'
import { environmentNamed } from './claims.ts'
import type { ComparedEntry } from './compare-entries.ts'
import { type ComparedFiles, compareFiles } from './compare-files.ts'
import { encryptFiles } from './encrypt-files.ts'
import { findProject, findProjectIfAny } from './find-project.ts'
import { FILES_AT_ONCE, inParallel } from './in-parallel.ts'
import { keyringWith } from './keyring-with.ts'
import type { Environment, Project } from './model.ts'
import { type NativeValue, nativeValue, plainValueFrom } from './native-value.ts'
import { openingSubject } from './opening-subject.ts'
import { type EntryPlan, type PlannedEntry, planEntry } from './plan-entry.ts'
import { type ReadEntryOptions, readEntry, readTargets } from './read-entry.ts'
import { type FileValues, readValues } from './read-values.ts'
import { type SealingRule, sealingRule, sealNewFile } from './seal-new-file.ts'
import { fileWithEntry } from './search-files.ts'
import type { SecretFile } from './secret-file.ts'
import { environmentFiles, resolveTargets, type TargetFile } from './targets.ts'
import { writeFiles } from './write-files.ts'

/** All that a session is made of; nothing else of the process is looked at. */
export interface SessionParts {
  /** Absolute path of the folder that targets and the configuration are looked for from. */
  readonly cwd: string
  readonly config: string | undefined
  readonly keyContext: KeyContext
  /** Kinds of recipients beside the built-in ones; one with a known id takes its place. */
  readonly providers: readonly KeyProvider[]
}

/** Which document of a YAML file is meant, where that is not clear. */
export interface EntryOptions {
  /** From 1. */
  readonly document?: number
}

/** How a value is stored. */
export interface SetOptions extends EntryOptions {
  /** Whether a value may be stored that the selection of the file leaves in clear; otherwise that is an error. */
  readonly allowPlaintext?: boolean
}

/** Whom a text is encrypted to: the recipients and the selection of an environment, or recipients alone. */
export type EncryptFor = { readonly environment: string } | { readonly recipients: readonly string[] }

/** One file of an environment, decrypted. */
export interface SecretDocuments {
  /** Relative to the root of the project, with `/`. */
  readonly file: string
  /** The values of each document: one, but for YAML. The content, for a binary file. */
  readonly documents: readonly NativeValue[]
}

/** One decrypted file, entry by entry. */
export interface EntrySource {
  /** As the user names it. */
  readonly file: string
  /** Whether quotes around a text are notation. */
  readonly quoted?: boolean
  readonly entries: FileValues['entries']
  /** The content of a binary file, which has no entries. */
  readonly bytes?: Uint8Array
}

/** A path of two environments, side by side: how it compares, not the values, which `get` gives. */
export type ComparedPath = Omit<ComparedEntry, 'left' | 'right'>

/** Two files that stand for the same thing in two environments, or one without a counterpart. */
export interface ComparedDocument extends Omit<ComparedFiles, 'entries'> {
  readonly entries: readonly ComparedPath[]
}

/** The files of a project, opened with the identities of one environment. What is read of the configuration and unlocked is kept. */
export class SecretsSession {
  readonly #parts: SessionParts
  readonly #keyring: Keyring
  #project: Promise<Project | undefined> | undefined
  #known: Project | undefined

  /** @internal */
  constructor(parts: SessionParts) {
    this.#parts = parts
    const names = async (): Promise<ReadonlyMap<string, string>> =>
      new Map([...(this.#known?.recipients.values() ?? [])].map(({ reference, name }) => [reference, name]))
    this.#keyring = keyringWith(parts.providers, parts.keyContext, names)
  }

  /**
   * One value, or everything below a path. `target` is an environment, whose only file with that entry is meant, or a file;
   * `path` is written as on the command line (`database.hosts[0]`) or given step by step. Throws a `SecretsError`: `BAD_PATH`,
   * `UNKNOWN_TARGET`, `NOT_ENCRYPTED`, `CANNOT_OPEN`, `VALUE_DAMAGED`, `MAC_MISMATCH`.
   */
  async get(target: string, path: string | Path, options: EntryOptions = {}): Promise<NativeValue> {
    const files = await this.#read(target)
    return nativeValue(await readEntry(files, stepsOf(path), { ...(await this.#options()), ...options }))
  }

  /** The same for a value that must be a text, as most secrets are. Throws `BAD_PATH` for anything else. */
  async getText(target: string, path: string | Path, options: EntryOptions = {}): Promise<string> {
    const value = await this.get(target, path, options)
    if (typeof value === 'string') return value
    throw new SecretsError('BAD_PATH', 'the value is no text', { place: { path: String(path) } })
  }

  /** All values of an environment's files, of one file or of a glob; keys are unlocked side by side. Throws as `get`. */
  async read(target: string): Promise<readonly SecretDocuments[]> {
    return inParallel(await this.#read(target), FILES_AT_ONCE, async (file) => {
      const { content } = await readValues(file, async () => this.#keyring)
      const documents =
        file.format.plainContent === undefined
          ? readPlain(file.format, content).parsed.documents.map((root) => nativeValue(plainMap(root)))
          : [content]
      return { file: file.target.relative, documents }
    })
  }

  /**
   * The entries of decrypted files, for those who hand them on: `exportSecrets` takes a session.
   * @internal
   */
  async sources(targets: readonly string[]): Promise<readonly EntrySource[]> {
    const files = await readTargets(await this.#resolve(targets), await this.#options())
    return inParallel(files, FILES_AT_ONCE, async (file) => {
      const { content, entries } = await readValues(file, async () => this.#keyring)
      if (file.format.plainContent !== undefined) return { file: file.target.shown, entries: [], bytes: content }
      return { file: file.target.shown, quoted: file.format.name === 'dotenv', entries }
    })
  }

  /**
   * Stores one value and keeps the rest of the file to the byte. Missing maps are made, an index one behind the end of a list
   * appends, and a file that does not exist yet is made if an environment claims it. Throws as `get`, and
   * `SELECTION_EMPTY` for a value that would stand in clear, `UNEXPECTED_RECIPIENT`, `FILE_CHANGED`, `WRITE_FAILED`.
   */
  async set(
    target: string,
    path: string | Path,
    value: NativeValue,
    options: SetOptions = {},
  ): Promise<PlannedEntry['outcome']> {
    const plain = plainValueFrom(value)
    const { document, allowPlaintext = false } = options
    return this.#change(target, { path: stepsOf(path), document, allowPlaintext, value: async () => plain })
  }

  /** Removes an entry with all below it. Throws `BAD_PATH` when it is not there. */
  async unset(target: string, path: string | Path, { document }: EntryOptions = {}): Promise<PlannedEntry['outcome']> {
    return this.#change(target, { path: stepsOf(path), document, allowPlaintext: true, value: undefined })
  }

  /** Encrypts files in place, all or none; by default all of all environments. Gives the names of those that changed. */
  async encryptFiles(targets?: readonly string[]): Promise<readonly string[]> {
    const files = targets === undefined ? await this.#allFiles() : await this.#resolve(targets)
    const project = await this.#projectIfAny()
    const { keyContext } = this.#parts
    const options = { project, keyring: async () => this.#keyring, now: keyContext.now }
    const encrypted = await encryptFiles(files, options)
    const changes = encrypted.flatMap(({ change }) => change ?? [])
    await writeFiles(changes, { root: project?.root, signal: keyContext.signal, state: stateFolder(keyContext) })
    return encrypted.flatMap(({ change, target }) => (change === undefined ? [] : [target.shown]))
  }

  /**
   * Who can read which environment, by the configuration and by the files themselves, for all environments or those named. Takes no
   * key. Throws `CONFIG_NOT_FOUND`, `UNKNOWN_TARGET`.
   */
  async access(environments?: readonly string[]): Promise<readonly AccessRow[]> {
    const project = await this.#projectOrThrow()
    const chosen = environments?.map((name) => environmentOrThrow(project, name)) ?? project.environments
    return accessMatrix({ project, keyring: this.#keyring, cwd: this.#parts.cwd, environments: chosen })
  }

  /** Two environments or files, path by path: what one lacks, what is equal. Values that no key opens are `unknown`. Throws as `get`. */
  async compare(left: string, right: string): Promise<readonly ComparedDocument[]> {
    const sides = {
      left: { name: left, files: await this.#resolve([left]) },
      right: { name: right, files: await this.#resolve([right]) },
    }
    const found = await compareFiles(sides, { project: await this.#projectIfAny(), keyring: this.#keyring })
    return found.map((files) => ({ ...files, entries: files.entries.map(withoutValues) }))
  }

  /** The encrypted text of a plain one. `format` is `yaml`, `json`, `dotenv`, `ini` or `binary`. */
  async encrypt(content: string | Uint8Array, format: string, target: EncryptFor): Promise<Uint8Array> {
    const options = { rule: await this.#rule(target), keyring: this.#keyring, now: this.#parts.keyContext.now() }
    const sealed = await sealNewFile(await formatByName(format), Buffer.from(content), {
      ...options,
      shown: 'the text',
    })
    if (sealed.encrypted > 0) return sealed.content
    throw new SecretsError('SELECTION_EMPTY', 'the selection leaves the whole text in clear')
  }

  /** The plain text of an encrypted one. */
  async decrypt(content: string | Uint8Array, format: string): Promise<Uint8Array> {
    const sealed = readSealed(await formatByName(format), Buffer.from(content))
    const subject = openingSubject({ relative: '', environment: undefined }, sealed)
    return (await openSealed(sealed, await this.#keyring.open(sealed.metadata, subject))).content
  }

  async #change(target: string, plan: EntryPlan): Promise<PlannedEntry['outcome']> {
    const options = { ...(await this.#options()), now: this.#parts.keyContext.now }
    const planned = await planEntry(await this.#oneTarget(target, plan.path), plan, options)
    if (planned.change !== undefined) {
      const { keyContext } = this.#parts
      const places = { root: options.project?.root, state: stateFolder(keyContext) }
      await writeFiles([planned.change], { ...places, makeFolders: true, signal: keyContext.signal })
    }
    return planned.outcome
  }

  async #oneTarget(target: string, path: Path): Promise<TargetFile> {
    const files = await this.#resolve([target], true)
    const [only, ...others] = files
    if (only !== undefined && others.length === 0) return only
    return fileWithEntry(await readTargets(files, await this.#options()), path).target
  }

  async #rule(target: EncryptFor): Promise<SealingRule> {
    if ('recipients' in target) {
      const selection = { by: 'unencrypted_suffix', pattern: '_unencrypted' } as const
      return { groups: [target.recipients], threshold: 0, selection, macOnlyEncrypted: false }
    }
    const project = await this.#projectIfAny()
    const environment = project && environmentNamed(project, target.environment)
    if (project !== undefined && environment !== undefined) return sealingRule(project, environment)
    throw new SecretsError('UNKNOWN_TARGET', `there is no environment called ${target.environment}`)
  }

  async #read(target: string): Promise<readonly SecretFile[]> {
    return readTargets(await this.#resolve([target]), await this.#options())
  }

  async #resolve(targets: readonly string[] = [], mayBeNew = false): Promise<readonly TargetFile[]> {
    return resolveTargets(targets, { project: await this.#projectIfAny(), cwd: this.#parts.cwd, mayBeNew })
  }

  async #allFiles(): Promise<readonly TargetFile[]> {
    return environmentFiles(await this.#projectOrThrow(), this.#parts.cwd)
  }

  async #options(): Promise<ReadEntryOptions> {
    return { project: await this.#projectIfAny(), keyring: async () => this.#keyring }
  }

  async #projectOrThrow(): Promise<Project> {
    const { cwd, config, keyContext } = this.#parts
    // Finds nothing either, and says so.
    return (await this.#projectIfAny()) ?? findProject({ cwd, config, env: keyContext.env })
  }

  async #projectIfAny(): Promise<Project | undefined> {
    const { cwd, config, keyContext } = this.#parts
    this.#project ??= findProjectIfAny({ cwd, config, env: keyContext.env })
    this.#known = await this.#project
    return this.#known
  }
}

function stepsOf(path: string | Path): Path {
  return typeof path === 'string' ? parsePath(path) : path
}

function environmentOrThrow(project: Project, name: string): Environment {
  const environment = environmentNamed(project, name)
  if (environment !== undefined) return environment
  throw new SecretsError('UNKNOWN_TARGET', `there is no environment called ${name}`)
}

function withoutValues({ path, document, comparison, secret, shared }: ComparedEntry): ComparedPath {
  return { path, document, comparison, secret, shared }
}
