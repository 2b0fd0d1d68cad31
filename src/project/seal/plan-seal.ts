/** Making seals on purpose: what changed since a file had a right one, and the change that gives it one again. */
import { isSecretsError, withPlace } from '../../core/errors.ts'
import { reseal } from '../../core/reseal.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { diffFiles, type FileDifference } from '../diff-files.ts'
import { refuseUnexpectedRecipients } from '../expected-recipients.ts'
import type { FileChange } from '../file-change.ts'
import { readVersion } from '../file-version.ts'
import { FILES_AT_ONCE, inParallel } from '../in-parallel.ts'
import type { Project } from '../model.ts'
import { changeOf, type FindStored, openSecretFile, readSecretFile, type SecretFile } from '../secret-file.ts'
import type { TargetFile } from '../targets.ts'
import { verifySealed } from '../verify-sealed.ts'
import { sealDifferences } from './seal-differences.ts'

/** An earlier version whose seal is right. */
export interface SealedVersion {
  readonly commit: string
  /** RFC 3339. */
  readonly date: string
  readonly file: SecretFile
}

/** What planning needs. */
export interface PlanSealOptions {
  readonly project: Project | undefined
  readonly keyring: Keyring
  readonly now: () => Date
  /** What git has of files that lie in clear on purpose; without it those are left alone. */
  readonly stored?: FindStored | undefined
  /** The last version of a file with a right seal; undefined where there is none. */
  readonly lastSealed: (target: TargetFile) => Promise<SealedVersion | undefined>
  readonly onDone?: () => void
}

/** What sealing would do to one file. Nothing is written yet. */
export interface SealPlan {
  readonly target: TargetFile
  /** `plain`: it is not encrypted. `off`: the configuration wants no seal. */
  readonly state: 'right' | 'missing' | 'wrong' | 'plain' | 'off'
  /** What the file is compared with; undefined where it never had a seal. */
  readonly since: SealedVersion | undefined
  /** Values and recipients that differ from then. */
  readonly difference: FileDifference | undefined
  /** All else that differs, one line each. */
  readonly lines: readonly string[]
  readonly change: FileChange | undefined
}

/**
 * Plans the seals of files. Throws `UNEXPECTED_RECIPIENT` for a recipient that the configuration does not name, `CANNOT_OPEN`,
 * `VALUE_DAMAGED` and `MAC_MISMATCH` (a seal vouches for nothing that the MAC contradicts), with the file as place.
 */
export async function planSeals(
  targets: readonly TargetFile[],
  options: PlanSealOptions,
): Promise<readonly SealPlan[]> {
  return inParallel(targets, FILES_AT_ONCE, async (target) => {
    const plan = await planSeal(target, options)
    options.onDone?.()
    return plan
  })
}

async function planSeal(target: TargetFile, options: PlanSealOptions): Promise<SealPlan> {
  const file = await readSecretFile(target, options)
  const nothing = { target, since: undefined, difference: undefined, lines: [], change: undefined }
  if (file.sealed === undefined) return { ...nothing, state: 'plain' }
  if (target.environment?.seal === 'off') return { ...nothing, state: 'off' }
  const { keyring, project } = options
  const open = await openSecretFile(file, keyring, { acceptBrokenSeal: true })
  if (open.seal === 'right') return { ...nothing, state: 'right' }
  await refuseUnexpectedRecipients(file, { project, keyring })
  return withPlace({ file: target.shown }, async () => {
    const content = await reseal(open, open.content, { now: options.now(), seal: 'make' })
    await verifySealed({ format: file.format, plain: open.content, sealed: content, dataKey: open.dataKey })
    const change = changeOf(file, content)
    return {
      target,
      state: open.seal === 'wrong' ? 'wrong' : 'missing',
      change,
      ...(await compared(file, options)),
    }
  })
}

async function compared(
  file: SecretFile,
  options: PlanSealOptions,
): Promise<Pick<SealPlan, 'since' | 'difference' | 'lines'>> {
  const since = await options.lastSealed(file.target)
  if (since === undefined) return { since, difference: undefined, lines: [] }
  const { keyring, project } = options
  const [before, after] = await Promise.all(
    [since.file, file].map((one) => readVersion(one, keyring, { acceptBrokenSeal: true })),
  )
  const [difference] = await diffFiles([since.file], [file], { project, keyring, acceptBrokenSeal: true })
  const lines = before === undefined || after === undefined ? [] : sealDifferences(before, after)
  return { since, difference, lines }
}

/** Whether a version has a seal that is right; one that no key here opens cannot be told to. */
export async function isSealed(file: SecretFile, keyring: Keyring): Promise<boolean> {
  if (file.sealed === undefined || file.sealed.metadata.seal === '') return false
  try {
    return (await openSecretFile(file, keyring)).seal === 'right'
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return false
  }
}
