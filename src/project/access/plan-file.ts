import { randomBytes } from 'node:crypto'
import { withPlace } from '../../core/errors.ts'
import type { KeyGroup, Metadata } from '../../core/metadata-model.ts'
import type { OpenText } from '../../core/open-text.ts'
import { reseal } from '../../core/reseal.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { type Differences, differences, differs, wantedGroups } from '../differences.ts'
import type { FileChange } from '../file-change.ts'
import type { Environment, Project } from '../model.ts'
import { keptSeal, staysUnsealed } from '../seal/seal-policy.ts'
import { changeOf, openSecretFile, type SecretFile, sealedOf } from '../secret-file.ts'
import type { TargetFile } from '../targets.ts'
import { verifySealed } from '../verify-sealed.ts'
import { type SelectionChanges, selectionChanges } from './selection-changes.ts'

/** Bytes of a data key (AES-256). */
const DATA_KEY_LENGTH = 32

/** How a file is made equal to its environment. */
export interface PlanFileOptions {
  readonly project: Project
  readonly keyring: Keyring
  readonly now: () => Date
  /** Whether selection and the reach of the MAC are applied too, or the file keeps its own. */
  readonly selection: 'apply' | 'keep'
  /** `as needed`: a new one when somebody loses access, because who could open the file may have kept the old one. */
  readonly dataKey: 'new' | 'as needed'
}

/** What becomes of one file. Nothing is written yet. */
export interface FilePlan extends SelectionChanges {
  readonly target: TargetFile
  /** `plain`: it is not encrypted, and `secrets encrypt` is what it needs. */
  readonly state: 'unchanged' | 'changed' | 'plain'
  /** What differed, without what is kept. */
  readonly differences: Differences
  readonly newDataKey: boolean
  /** What writes it; undefined when nothing changes. */
  readonly change: FileChange | undefined
}

/** No difference at all. */
export const NO_DIFFERENCES: Differences = {
  missing: [],
  extra: [],
  regrouped: false,
  threshold: undefined,
  selection: undefined,
  macOnlyEncrypted: undefined,
}

const NO_CHANGES: SelectionChanges = { encrypted: [], decrypted: [] }

/**
 * Plans how a file of an environment becomes what the configuration says; its text stays as it is. Recipients that the
 * environment does not name are removed. Throws `CANNOT_OPEN` and what opening, wrapping and sealing throw, with the file as
 * place.
 */
export async function planFile(
  file: SecretFile,
  environment: Environment,
  options: PlanFileOptions,
): Promise<FilePlan> {
  const { target, format } = file
  if (file.sealed === undefined) return unchangedPlan(target, 'plain')
  return withPlace({ file: target.shown }, async () => {
    const { metadata } = sealedOf(file)
    const { project, keyring } = options
    const all = await differences(metadata, environment, { project, keyring, selectable: format.selectable })
    const found = options.selection === 'apply' ? all : { ...all, selection: undefined, macOnlyEncrypted: undefined }
    if (!differs(found) && options.dataKey === 'as needed') return unchangedPlan(target, 'unchanged')
    return changedPlan(file, found, { ...options, environment, always: options.dataKey === 'new' })
  })
}

/** The plan of a file that stays as it is. */
export function unchangedPlan(target: TargetFile, state: 'unchanged' | 'plain'): FilePlan {
  return { target, state, differences: NO_DIFFERENCES, ...NO_CHANGES, newDataKey: false, change: undefined }
}

interface EnvironmentOptions extends Omit<PlanFileOptions, 'dataKey'> {
  readonly environment: Environment
  /** Whether the data key is a new one in any case. */
  readonly always: boolean
}

async function changedPlan(file: SecretFile, found: Differences, options: EnvironmentOptions): Promise<FilePlan> {
  const open = await openSecretFile(file, options.keyring)
  const wanted = await wantedGroups(options.project, options.environment, options.keyring)
  const present = await options.keyring.references(sealedOf(file).metadata.groups, wanted.flat())
  const newDataKey = options.always || !onlyGrown(present, wanted) || found.threshold !== undefined
  const dataKey = newDataKey ? randomBytes(DATA_KEY_LENGTH) : open.dataKey
  const groups = newDataKey
    ? await options.keyring.wrap(dataKey, wanted, options.environment.threshold)
    : await grownGroups(sealedOf(file).metadata, { ...options, present, wanted, dataKey })
  const metadata = { ...rulesOf(found, options.environment, wanted.length), groups }
  const content = await resealed(file, open, { now: options.now(), metadata, ...(newDataKey ? { dataKey } : {}) })
  const { selection } = found
  return {
    target: file.target,
    state: 'changed',
    differences: found,
    ...(selection === undefined
      ? NO_CHANGES
      : await selectionChanges(file.format, open.content, { before: selection.file, after: selection.wanted })),
    newDataKey,
    change: { ...changeOf(file, content), unsealed: staysUnsealed(file.target, open) },
  }
}

/** Encrypts an opened file again and opens the result to be sure. Throws what sealing throws. */
export async function resealed(
  file: SecretFile,
  open: OpenText,
  options: Parameters<typeof reseal>[2],
): Promise<Uint8Array> {
  const sealed = await reseal(open, open.content, { ...options, seal: keptSeal(file.target) })
  await verifySealed({ format: file.format, plain: open.content, sealed, dataKey: options.dataKey ?? open.dataKey })
  return sealed
}

/** Whether everybody who can open the file can go on doing so in the same company: nobody loses anything. */
function onlyGrown(present: readonly (readonly string[])[], wanted: readonly (readonly string[])[]): boolean {
  const left = [...wanted]
  const each = present.map((group) => {
    const index = left.findIndex((candidate) => group.every((reference) => candidate.includes(reference)))
    if (index !== -1) left.splice(index, 1)
    return index !== -1
  })
  return present.length === wanted.length && each.every(Boolean)
}

interface Growth extends EnvironmentOptions {
  readonly present: readonly (readonly string[])[]
  readonly wanted: readonly (readonly string[])[]
  readonly dataKey: Uint8Array
}

/** In one group, who is there keeps their entry to the byte; shares of several are made anew for all. */
async function grownGroups(
  { groups }: Metadata,
  { present, wanted, dataKey, keyring, environment }: Growth,
): Promise<readonly KeyGroup[]> {
  const [only = []] = groups
  const known = new Set(present.flat())
  const added = wanted.flat().filter((reference) => !known.has(reference))
  if (added.length === 0) return groups
  if (wanted.length > 1) return keyring.wrap(dataKey, wanted, environment.threshold)
  const [fresh = []] = await keyring.wrap(dataKey, [added], 0)
  return [[...only, ...fresh]]
}

function rulesOf(
  found: Differences,
  { threshold }: Environment,
  groups: number,
): Partial<Pick<Metadata, 'shamirThreshold' | 'selection' | 'macOnlyEncrypted'>> {
  const { selection, macOnlyEncrypted } = found
  return {
    shamirThreshold: groups > 1 ? threshold : 0,
    ...(selection === undefined ? {} : { selection: selection.wanted }),
    ...(macOnlyEncrypted === undefined ? {} : { macOnlyEncrypted: macOnlyEncrypted.wanted }),
  }
}
