/**
 * secretsrc as a library: what the commands do, without a process.
 *
 *   import { openSecrets } from 'secretsrc'
 *
 *   const secrets = openSecrets({ env: process.env })
 *   const password = await secrets.getText('production', 'database.password')
 *
 * Nothing is printed, nothing of the process is read that is not given, and every error is a `SecretsError` whose `code` says
 * what happened; no message holds a value. Values are given as they are: whoever asks for one keeps it out of logs.
 */
import { homedir, platform } from 'node:os'
import { resolve } from 'node:path'
import { libraryOpenings } from './audit/library-openings.ts'
import { RepositorySession } from './git/repository-session.ts'
import type { KeyContext, KeyProvider } from './keys/key-provider.ts'
import { createOnce } from './keys/once.ts'
import type { Exported } from './pipeline/exports/export-format.ts'
import { type ExportRequest, exportFrom } from './pipeline/exports/export-secrets.ts'
import { keyringWith } from './project/keyring-with.ts'
import { SecretsSession } from './project/secrets-session.ts'

export { type ErrorCode, type ErrorDetails, isSecretsError, type Place, SecretsError } from './core/errors.ts'
export type { KeyEntry } from './core/metadata-model.ts'
export { formatPath, parsePath } from './core/path-syntax.ts'
export type { Path } from './core/tree.ts'
export type {
  ChangedEntry,
  ChangedFile,
  CheckRequest,
  CheckResult,
  Leak,
  RepositorySession,
  ScanRequest,
  ScanResult,
} from './git/repository-session.ts'
export type { KeyContext, KeyProvider, TriedIdentity, Unwrapped } from './keys/key-provider.ts'
export type { CiAppend, CiHandOver, CiProgram } from './pipeline/ci/ci-system.ts'
export { type HandOverRequest, handOverTexts, type PlannedHandOver } from './pipeline/ci/hand-over-texts.ts'
export type { Exported, ExportedFile } from './pipeline/exports/export-format.ts'
export type { ExportRequest } from './pipeline/exports/export-secrets.ts'
export type { AccessCell, AccessRow } from './project/access/access-matrix.ts'
export type { CheckProblem, CheckRule } from './project/check-problem.ts'
export type { Comparison } from './project/compare-entries.ts'
export type { NativeValue } from './project/native-value.ts'
export type {
  ComparedDocument,
  ComparedPath,
  EncryptFor,
  EntryOptions,
  SecretDocuments,
  SecretsSession,
  SetOptions,
} from './project/secrets-session.ts'

/** How secrets are opened. */
export interface OpenSecretsOptions {
  /** Where identities and settings are looked for; usually `process.env`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The folder that files and the configuration are looked for from; the current one by default. */
  readonly cwd?: string
  /** The configuration, in the place of the one that is found. */
  readonly config?: string
  /** The user's home folder, where key files may lie. */
  readonly home?: string
  readonly platform?: NodeJS.Platform
  /** Stops what waits: key services, writing. */
  readonly signal?: AbortSignal
  readonly now?: () => Date
  /** Asks for the passphrase of a key file; without it such files are passed over. */
  readonly askPassphrase?: (question: string) => Promise<string>
  /** Asks for what an age plugin wants to know and is no secret. */
  readonly askText?: (question: string) => Promise<string>
  /** Lets one of the answers be chosen that an age plugin offers; gives its index. */
  readonly choose?: (question: string, answers: readonly string[]) => Promise<number>
  /** Shows what a key wants from the user ("touch the key"). */
  readonly notify?: (message: string) => void
  /** Kinds of recipients beside the built-in ones; one with a known id takes its place. */
  readonly providers?: readonly KeyProvider[]
}

/**
 * Opens the secrets of a project. Nothing is read until something is asked for; the configuration is then read once, and every
 * key unlocked once, so that one session is for one task, not for the life of a server.
 */
export function openSecrets(options: OpenSecretsOptions): SecretsSession {
  const { env, cwd = '.', config, providers = [] } = options
  return new SecretsSession({ cwd: resolve(cwd), config, providers, keyContext: keyContext({ ...options, env }) })
}

/**
 * The values of environments, files or globs as `secrets export` writes them: a text, or files by name. Nothing is written to the disk.
 * Throws a `SecretsError`: `UNKNOWN_FORMAT`, `USAGE` for options that the format does not take, `UNREPRESENTABLE` with all values that
 * its reader would read back differently, `BAD_PATH`, `BAD_NAME`, `NAME_CLASH`, and what opening the files throws.
 */
export async function exportSecrets(
  session: SecretsSession,
  targets: string | readonly string[],
  request: ExportRequest,
): Promise<Exported> {
  return exportFrom(session, targets, request)
}

/**
 * Opens what git holds of the secrets of a project: what changed since a commit, whether all is encrypted as it should be, and
 * whether values leaked into other files. Takes git, and reads nothing until something is asked for.
 */
export function openRepository(options: OpenSecretsOptions): RepositorySession {
  const { env, cwd = '.', config, providers = [] } = options
  const context = keyContext(options)
  return new RepositorySession({
    cwd: resolve(cwd),
    config,
    env,
    keyring: keyringWith(providers, context),
    now: context.now,
  })
}

function keyContext({
  env,
  signal,
  askPassphrase,
  askText,
  choose,
  notify,
  ...options
}: OpenSecretsOptions): KeyContext {
  const surroundings = {
    env,
    platform: options.platform ?? platform(),
    home: options.home ?? homedir(),
    now: options.now ?? ((): Date => new Date()),
  }
  const once = createOnce()
  return {
    ...surroundings,
    ...(signal === undefined ? {} : { signal }),
    ...(askPassphrase === undefined ? {} : { askPassphrase }),
    ...(askText === undefined ? {} : { askText }),
    ...(choose === undefined ? {} : { choose }),
    ...(notify === undefined ? {} : { notify }),
    once,
    openings: libraryOpenings({
      ...surroundings,
      cwd: resolve(options.cwd ?? '.'),
      config: options.config,
      once,
      warn: notify,
    }),
  }
}
