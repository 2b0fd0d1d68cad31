import { isSecretsError, type SecretsError } from '../core/errors.ts'
import type { Metadata } from '../core/metadata-model.ts'
import { readPlain } from '../core/sealed-text.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type Differences, differences, differs } from './differences.ts'
import { type EncryptionState, encryptionState, encryptionStateBy } from './encryption-state.ts'
import { FILES_AT_ONCE, inParallel } from './in-parallel.ts'
import type { Project } from './model.ts'
import {
  type FindStored,
  isInClear,
  openSecretFile,
  readSecretFile,
  type SecretFile,
  secretFileOf,
} from './secret-file.ts'
import type { TargetFile } from './targets.ts'

/** `replaced`: values in clear stand in the place of encrypted ones, so nothing can be said. */
export type MacState = 'right' | 'wrong' | 'replaced' | 'not checked'

/**
 * How the work tree holds a file. `in clear`: on purpose, and all else that is said of it is about what git has staged.
 * `unprotected`: so, but git would store it in clear here.
 */
export type WorkTreeState = 'as stored' | 'in clear' | 'unprotected'

/**
 * Of the seal. `missing`: sops wrote last. `none`: nothing is wanted here: the file is in clear, or the configuration says so.
 * `not checked`: no key, or values in clear stand in it.
 */
export type SealJudgement = 'right' | 'missing' | 'wrong' | 'not checked' | 'none'

/** How a file is, and how it should be. */
export interface FileStatus {
  readonly target: TargetFile
  /** `unusable`: it cannot be read or understood. `new`: in clear on purpose, and git does not have it yet. */
  readonly state: 'encrypted' | 'plain' | 'new' | 'unusable'
  readonly workTree: WorkTreeState
  /** Of an encrypted file. */
  readonly metadata: Metadata | undefined
  readonly values: EncryptionState
  /** Undefined for a file outside any environment, and for one that is not encrypted. */
  readonly differences: Differences | undefined
  readonly mac: MacState
  readonly seal: SealJudgement
  /** What is wrong beyond that: a damaged value, a recipient of the configuration that is none. */
  readonly problems: readonly SecretsError[]
}

/** What judging files needs. */
export interface StatusOptions {
  readonly project: Project | undefined
  readonly keyring: Keyring
  /** Whether the MAC is checked where a key is at hand. */
  readonly checkMac: boolean
  /** Without it what lies in clear counts as not encrypted. */
  readonly stored?: FindStored | undefined
  readonly onDone?: () => void
}

const NOTHING: EncryptionState = { encrypted: 0, plainValues: [], plainComments: [], strayCiphertext: [] }

/** Judges files. Whatever is wrong with one of them is in its result; throws only what is not about a file. */
export async function fileStatuses(
  targets: readonly TargetFile[],
  options: StatusOptions,
): Promise<readonly FileStatus[]> {
  return inParallel(targets, FILES_AT_ONCE, async (target) => {
    const status = await fileStatus(target, options)
    options.onDone?.()
    return status
  })
}

/** Whether there is nothing to mend. A MAC that could not be checked is no fault of the file. */
export function isInOrder(status: FileStatus): boolean {
  const { state, workTree, values, differences: found, mac, seal, problems } = status
  if (workTree === 'unprotected' || problems.length > 0 || mac === 'wrong') return false
  if (seal === 'wrong' || lacksRequiredSeal(status)) return false
  if (state !== 'encrypted') return state === 'new'
  if (found !== undefined && differs(found)) return false
  return values.plainValues.length + values.plainComments.length + values.strayCiphertext.length === 0
}

/** Whether a file is refused because it has no seal. */
export function lacksRequiredSeal({ seal, target }: Pick<FileStatus, 'seal' | 'target'>): boolean {
  return seal === 'missing' && target.environment?.seal === 'required'
}

/** Judges one file: as it lies on the disk, or with the content that `bytes` gives. */
export async function fileStatus(target: TargetFile, options: StatusOptions, bytes?: Uint8Array): Promise<FileStatus> {
  const problems: SecretsError[] = []
  const unchecked = { mac: 'not checked', seal: 'none' } as const
  const rest = { target, workTree: 'as stored', differences: undefined, ...unchecked, problems } as const
  const file = await noting(problems, () =>
    bytes === undefined ? readSecretFile(target, options) : secretFileOf(target, bytes),
  )
  if (file === undefined) return { ...rest, state: 'unusable', metadata: undefined, values: NOTHING }
  const values = (await noting(problems, () => valuesOf(file))) ?? NOTHING
  const workTree = await workTreeState(file, options)
  if (file.sealed === undefined) {
    if (problems.length > 0) return { ...rest, state: 'unusable', metadata: undefined, values }
    if (workTree === 'as stored') return { ...rest, state: 'plain', metadata: undefined, values }
    const isNew = file.fromIndex !== true
    return { ...rest, workTree, state: isNew ? 'new' : 'plain', metadata: undefined, values: isNew ? NOTHING : values }
  }
  const { metadata } = file.sealed
  const found = await noting(problems, () => differencesOf(file, options))
  const checked = await checksums(file, options, problems)
  const seal = target.environment?.seal === 'off' ? 'none' : metadata.seal === '' ? 'missing' : checked.seal
  return { target, workTree, state: 'encrypted', metadata, values, differences: found, ...checked, seal, problems }
}

async function workTreeState(file: SecretFile, { stored }: StatusOptions): Promise<WorkTreeState> {
  if (stored === undefined || !(file.fromIndex === true || isInClear(file))) return 'as stored'
  return (await stored(file.target)).isFiltered ? 'in clear' : 'unprotected'
}

/** The result, or undefined with the error among the problems. */
async function noting<Result>(problems: SecretsError[], action: () => Promise<Result>): Promise<Result | undefined> {
  try {
    return await action()
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    problems.push(error)
    return undefined
  }
}

async function valuesOf({ sealed, format, bytes, target }: SecretFile): Promise<EncryptionState> {
  if (sealed !== undefined) return encryptionState(sealed)
  const { parsed } = readPlain(format, bytes)
  // The bytes of a binary file are one value, which has no place in a text.
  if (format.parsePlain !== undefined) return NOTHING
  return target.environment === undefined ? NOTHING : encryptionStateBy(parsed, target.environment.selection)
}

async function differencesOf(
  { sealed, format, target }: SecretFile,
  { project, keyring }: StatusOptions,
): Promise<Differences | undefined> {
  if (sealed === undefined || project === undefined || target.environment === undefined) return undefined
  return differences(sealed.metadata, target.environment, { project, keyring, selectable: format.selectable })
}

type Checksums = Pick<FileStatus, 'mac' | 'seal'>

async function checksums(
  file: SecretFile,
  { checkMac, keyring }: StatusOptions,
  problems: SecretsError[],
): Promise<Checksums> {
  if (!checkMac) return { mac: 'not checked', seal: 'not checked' }
  try {
    const { verified, seal } = await openSecretFile(file, keyring, { acceptPlain: true, acceptBrokenSeal: true })
    return { mac: verified ? 'right' : 'replaced', seal: seal === 'unchecked' ? 'not checked' : seal }
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    if (error.code === 'VALUE_DAMAGED' || error.code === 'METADATA_INVALID') problems.push(error)
    return { mac: error.code === 'MAC_MISMATCH' ? 'wrong' : 'not checked', seal: 'not checked' }
  }
}
