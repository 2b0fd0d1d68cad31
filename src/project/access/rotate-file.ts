import { randomBytes } from 'node:crypto'
import { withPlace } from '../../core/errors.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { wantedGroups } from '../differences.ts'
import { refuseUnexpectedRecipients } from '../expected-recipients.ts'
import { FILES_AT_ONCE, inParallel } from '../in-parallel.ts'
import type { Project } from '../model.ts'
import { staysUnsealed } from '../seal/seal-policy.ts'
import { changeOf, type FindStored, openSecretFile, readSecretFile, type SecretFile, sealedOf } from '../secret-file.ts'
import type { TargetFile } from '../targets.ts'
import { type FilePlan, NO_DIFFERENCES, resealed, unchangedPlan } from './plan-file.ts'

/** Bytes of a data key (AES-256). */
const DATA_KEY_LENGTH = 32

/** What new data keys need. */
export interface RotateOptions {
  readonly project: Project | undefined
  readonly keyring: Keyring
  readonly now: () => Date
  readonly stored?: FindStored | undefined
  /** Called when a file is ready. */
  readonly onDone?: () => void
}

/**
 * Gives files new data keys, for the recipients and by the selection that they have; their text stays as it is. Files that
 * are not encrypted stay so. Writes nothing: the changes are for `writeFiles`. Throws `UNEXPECTED_RECIPIENT` for a file of
 * an environment with recipients that it does not name, `BAD_RECIPIENT` for a recipient of an unknown kind, `CANNOT_OPEN`,
 * and what opening and sealing throw, with the file as place.
 */
export async function planRotation(
  targets: readonly TargetFile[],
  options: RotateOptions,
): Promise<readonly FilePlan[]> {
  return inParallel(targets, FILES_AT_ONCE, async (target) => {
    const file = await readSecretFile(target, options)
    const plan = file.sealed === undefined ? unchangedPlan(target, 'plain') : await rotated(file, options)
    options.onDone?.()
    return plan
  })
}

async function rotated(file: SecretFile, options: RotateOptions): Promise<FilePlan> {
  const { project, keyring, now } = options
  const { metadata } = sealedOf(file)
  await refuseUnexpectedRecipients(file, { project, keyring })
  const open = await openSecretFile(file, keyring)
  return withPlace({ file: file.target.shown }, async () => {
    const dataKey = randomBytes(DATA_KEY_LENGTH)
    const groups = await keyring.wrap(dataKey, await recipientsOf(file, options), metadata.shamirThreshold)
    const content = await resealed(file, open, { now: now(), dataKey, metadata: { groups } })
    const change = { ...changeOf(file, content), unsealed: staysUnsealed(file.target, open) }
    const rest = { differences: NO_DIFFERENCES, encrypted: [], decrypted: [], newDataKey: true }
    return { target: file.target, state: 'changed', ...rest, change }
  })
}

/** As the file's environment writes them: a key that it names without a version is to be used in its latest one. */
async function recipientsOf(
  file: SecretFile,
  { project, keyring }: RotateOptions,
): Promise<readonly (readonly string[])[]> {
  const { groups } = sealedOf(file).metadata
  const { environment } = file.target
  if (project === undefined || environment === undefined) return keyring.references(groups)
  return keyring.references(groups, (await wantedGroups(project, environment, keyring)).flat())
}
