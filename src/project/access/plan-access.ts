import { SecretsError } from '../../core/errors.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { environmentNamed } from '../claims.ts'
import { refuseUnexpectedRecipients } from '../expected-recipients.ts'
import type { FileChange } from '../file-change.ts'
import { FILES_AT_ONCE, inParallel } from '../in-parallel.ts'
import type { Environment, Project } from '../model.ts'
import { type FindStored, readSecretFile, type SecretFile } from '../secret-file.ts'
import { environmentFiles, type TargetFile } from '../targets.ts'
import { withRecipient } from './add-recipient.ts'
import { addToEnvironment, removeFromEnvironment, unknownRecipient } from './edit-recipients.ts'
import { type EditedConfig, editConfig } from './edited-config.ts'
import { type FilePlan, planFile, unchangedPlan } from './plan-file.ts'

/** What planning needs. */
export interface AccessOptions {
  readonly project: Project
  readonly keyring: Keyring
  readonly now: () => Date
  /** Absolute path of the current folder, for the names of files. */
  readonly cwd: string
  readonly stored?: FindStored | undefined
  /** Called with the number of files, then for each that is ready. */
  readonly onStart?: (files: number) => void
  readonly onDone?: () => void
}

/** What is to happen to the configuration and to files. Nothing is written yet. */
export interface AccessPlan {
  readonly config: EditedConfig
  /** Environments whose list of recipients changes. */
  readonly environments: readonly string[]
  readonly files: readonly FilePlan[]
}

/** All changes of a plan, for one call of `writeFiles`: all of them or none. */
export function changesOf({ config, files }: AccessPlan): readonly FileChange[] {
  return [...(config.change === undefined ? [] : [config.change]), ...files.flatMap(({ change }) => change ?? [])]
}

/**
 * Plans how files become what the configuration says: recipients, groups, threshold, selection. Throws `NO_RECIPIENTS` for a
 * file of no environment, and what `planFile` throws.
 */
export async function planSync(targets: readonly TargetFile[], options: AccessOptions): Promise<readonly FilePlan[]> {
  return planTargets(targets, options, async (file) => {
    const { environment, shown } = file.target
    if (environment !== undefined) {
      return planFile(file, environment, { ...options, selection: 'apply', dataKey: 'as needed' })
    }
    throw new SecretsError('NO_RECIPIENTS', 'the file belongs to no environment, so nothing says how it should be', {
      place: { file: shown },
      hint: 'add it to the files of an environment in .secretsrc',
    })
  })
}

/** Whom to let read what. */
export interface Grant {
  readonly name: string
  readonly environments: readonly string[]
  /** From 1; for environments with several groups. */
  readonly group: number | undefined
  /** The public key of somebody whom the configuration does not name yet. */
  readonly key: string | undefined
}

/**
 * Plans that a recipient may read environments: the configuration, and all files of the environments,
 * which keep their data keys. The key of one who can read them now is enough. Throws `UNKNOWN_TARGET`, `USAGE` (groups), what `withRecipient` throws,
 * `UNEXPECTED_RECIPIENT` for a file that somebody else can read whom the environment does not name, and what `planFile` throws.
 */
export async function planGrant(
  { name, environments, group, key }: Grant,
  options: AccessOptions,
): Promise<AccessPlan> {
  for (const each of environments) requireEnvironment(each, options.project)
  if (key === undefined && !options.project.recipients.has(name)) throw unknownRecipient(name, options.project)
  const config = await editConfig(options.project, async (text) => {
    let edited = key === undefined ? text : await withRecipient(text, { name, reference: key }, options)
    for (const each of environments) edited = await addToEnvironment(edited, each, name, group)
    return edited
  })
  const changed = { ...options, project: config.project }
  const chosen = environments.map((each) => requireEnvironment(each, config.project))
  const targets = await environmentFiles(config.project, options.cwd, chosen)
  const files = await planTargets(targets, changed, async (file) => {
    if (file.sealed === undefined) return unchangedPlan(file.target, 'plain')
    await refuseUnexpectedRecipients(file, changed)
    return planFile(file, environmentOf(file), { ...changed, selection: 'keep', dataKey: 'as needed' })
  })
  return { config, environments: changedEnvironments(options.project, config.project), files }
}

/** From whom to take what. */
export interface Revocation {
  readonly name: string
  /** All that name the recipient, by default. */
  readonly environments: readonly string[]
}

/**
 * Plans that a recipient may no longer read environments: the configuration, and every file of them that is for the recipient
 * gets a new data key, for nobody but those that the environment names. The recipient keeps its name in the configuration, so that
 * `exposure` can name it. Throws `UNKNOWN_TARGET`, `NO_RECIPIENTS` when nobody would be left, and what `planFile` throws.
 */
export async function planRevocation({ name, environments }: Revocation, options: AccessOptions): Promise<AccessPlan> {
  const { project, keyring } = options
  const recipient = project.recipients.get(name)
  if (recipient === undefined) throw unknownRecipient(name, project)
  const all = project.environments.map((each) => each.name)
  const chosen = environments.length > 0 ? environments : all
  for (const each of chosen) requireEnvironment(each, project)
  const config = await editIfNamed(project, name, chosen)
  const reference = await keyring.canonical(recipient.reference)
  const before = new Set(
    project.environments.filter(({ groups }) => groups.flat().includes(name)).map((environment) => environment.name),
  )
  const after = chosen.map((each) => requireEnvironment(each, config.project))
  const targets = await environmentFiles(config.project, options.cwd, after)
  const changed = { ...options, project: config.project }
  const files = await planTargets(targets, changed, async (file) => {
    if (file.sealed === undefined) return unchangedPlan(file.target, 'plain')
    const environment = environmentOf(file)
    const readable = (await keyring.references(file.sealed.metadata.groups, [reference])).flat().includes(reference)
    if (!readable && !before.has(environment.name)) return unchangedPlan(file.target, 'unchanged')
    return planFile(file, environment, { ...changed, selection: 'keep', dataKey: 'new' })
  })
  return { config, environments: changedEnvironments(project, config.project), files }
}

/** A `.sops.yaml` that does not name the recipient any more needs no edit, and its files may be changed. */
async function editIfNamed(project: Project, name: string, environments: readonly string[]): Promise<EditedConfig> {
  const named = environments.filter((each) => requireEnvironment(each, project).groups.flat().includes(name))
  if (named.length === 0) return { project, change: undefined }
  return editConfig(project, async (text) => {
    let edited = text
    for (const each of named) edited = await removeFromEnvironment(edited, each, name)
    return edited
  })
}

async function planTargets(
  targets: readonly TargetFile[],
  { project, stored, onStart, onDone }: AccessOptions,
  plan: (file: SecretFile) => Promise<FilePlan>,
): Promise<readonly FilePlan[]> {
  onStart?.(targets.length)
  return inParallel(targets, FILES_AT_ONCE, async (target) => {
    const planned = await plan(await readSecretFile(target, { project, stored }))
    onDone?.()
    return planned
  })
}

function requireEnvironment(name: string, project: Project): Environment {
  const environment = environmentNamed(project, name)
  if (environment !== undefined) return environment
  throw new SecretsError('UNKNOWN_TARGET', `there is no environment called ${name}`, {
    hint: `there are: ${project.environments.map((each) => each.name).join(', ')}`,
  })
}

function environmentOf({ target }: SecretFile): Environment {
  if (target.environment === undefined) throw new Error('a file of an environment without one')
  return target.environment
}

function changedEnvironments(before: Project, after: Project): readonly string[] {
  return after.environments
    .filter((environment) => {
      const old = environmentNamed(before, environment.name)
      return JSON.stringify(old?.groups) !== JSON.stringify(environment.groups)
    })
    .map(({ name }) => name)
}
