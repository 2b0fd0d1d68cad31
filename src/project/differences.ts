import { isSecretsError, SecretsError } from '../core/errors.ts'
import { DEFAULT_SELECTION, type KeyGroup, type Metadata, type Selection } from '../core/metadata-model.ts'
import { sameSelection } from '../core/selection.ts'
import type { Keyring } from '../keys/keyring.ts'
import type { Environment, Project } from './model.ts'

/** What a file has and what its environment wants, where they differ. */
export interface Differences {
  /** Names of recipients that the environment wants and the file lacks. */
  readonly missing: readonly string[]
  /** Canonical references that the file has and the environment does not want, with the name that the configuration knows. */
  readonly extra: readonly { readonly reference: string; readonly name: string | undefined }[]
  /** Whether the same recipients stand in other groups, or in another number of groups. */
  readonly regrouped: boolean
  /** Groups needed; 0 = all. Undefined when the same, or without meaning. */
  readonly threshold: { readonly file: number; readonly wanted: number } | undefined
  readonly selection: { readonly file: Selection; readonly wanted: Selection } | undefined
  readonly macOnlyEncrypted: { readonly file: boolean; readonly wanted: boolean } | undefined
}

/** What reads and compares references; needs no identity. */
export type ReferenceReader = Pick<Keyring, 'references' | 'canonical' | 'known'>

/** What comparing needs beside the two sides. */
export interface DifferencesOptions {
  readonly project: Project
  readonly keyring: ReferenceReader
  /** Whether selections have a meaning in the file's format (not in binary files). */
  readonly selectable: boolean
}

/** Compares a file's metadata with its environment; needs no identity. Throws `BAD_RECIPIENT` for the configuration's. */
export async function differences(
  metadata: Metadata,
  environment: Environment,
  { project, keyring, selectable }: DifferencesOptions,
): Promise<Differences> {
  const names = await canonicalNames(project, keyring)
  const wanted = await wantedGroups(project, environment, keyring)
  const present = await knownGroups(metadata.groups, { wanted: wanted.flat(), names, keyring })
  const inFile = new Set(present.flat())
  const inRule = new Set(wanted.flat())
  const missing = [...inRule].filter((reference) => !inFile.has(reference))
  const extra = [...inFile].filter((reference) => !inRule.has(reference))
  const same = missing.length === 0 && extra.length === 0
  return {
    missing: missing.map((reference) => names.get(reference) ?? reference),
    extra: extra.map((reference) => ({ reference, name: names.get(reference) })),
    regrouped: same && !sameGroups(present, wanted),
    threshold: thresholdDifference(metadata, environment, wanted.length),
    selection: selectable ? selectionDifference(metadata.selection, environment.selection) : undefined,
    macOnlyEncrypted:
      selectable && metadata.macOnlyEncrypted !== environment.macOnlyEncrypted
        ? { file: metadata.macOnlyEncrypted, wanted: environment.macOnlyEncrypted }
        : undefined,
  }
}

/** Whether there is any difference. */
export function differs(found: Differences): boolean {
  const { missing, extra, regrouped, threshold, selection, macOnlyEncrypted } = found
  if (missing.length > 0 || extra.length > 0 || regrouped) return true
  return threshold !== undefined || selection !== undefined || macOnlyEncrypted !== undefined
}

/** What the configuration calls recipients. */
export interface KnownRecipients {
  /** Canonical references that the environment of a file wants. */
  readonly wanted: readonly string[]
  /** All names of the configuration, by canonical reference. */
  readonly names: ReadonlyMap<string, string>
  readonly keyring: ReferenceReader
}

/**
 * The references of a file, each as the one that the configuration writes for it: one of the file's environment if there is any, else
 * one of another name.
 */
export async function knownGroups(
  groups: readonly KeyGroup[],
  { wanted, names, keyring }: KnownRecipients,
): Promise<readonly (readonly string[])[]> {
  const found = await keyring.references(groups, wanted)
  const isWanted = new Set(wanted)
  return Promise.all(
    found.map(async (group) => {
      const others = await keyring.known(group, [...names.keys()])
      return group.map((reference, index) => (isWanted.has(reference) ? reference : (others[index] ?? reference)))
    }),
  )
}

/** The canonical references of an environment's groups. Throws `BAD_RECIPIENT`. */
export async function wantedGroups(
  project: Project,
  environment: Environment,
  keyring: Pick<Keyring, 'canonical'>,
): Promise<readonly (readonly string[])[]> {
  const canonical = (name: string): Promise<string> => canonicalOf(name, project, keyring)
  return Promise.all(environment.groups.map((group) => Promise.all(group.map(canonical))))
}

/** What is wrong with a recipient is wrong with the configuration: nothing is said against a file by it. */
async function canonicalOf(name: string, project: Project, keyring: Pick<Keyring, 'canonical'>): Promise<string> {
  const recipient = project.recipients.get(name)
  try {
    return await keyring.canonical(recipient?.reference ?? name)
  } catch (error) {
    if (!isSecretsError(error) || recipient === undefined) throw error
    const { code, message, hint, details, cause } = error
    throw new SecretsError(code, `recipient ${name}: ${message}`, {
      place: recipient.place,
      details,
      cause,
      ...(hint === undefined ? {} : { hint }),
    })
  }
}

/** The names that a configuration gives, by canonical reference; by the written one where no key provider understands it. */
export async function canonicalNames(
  project: Project,
  keyring: Pick<Keyring, 'canonical'>,
): Promise<ReadonlyMap<string, string>> {
  const recipients = [...project.recipients.values()]
  const pairs = await Promise.all(
    recipients.map(async ({ name, reference }) => [await canonicalOrWritten(reference, keyring), name] as const),
  )
  return new Map(pairs)
}

/** A recipient of another environment that no provider understands must not hinder this one. */
async function canonicalOrWritten(reference: string, keyring: Pick<Keyring, 'canonical'>): Promise<string> {
  return keyring.canonical(reference).catch(() => reference)
}

/** Groups are sets, and so is the list of them: neither order changes who can open the file. */
function sameGroups(a: readonly (readonly string[])[], b: readonly (readonly string[])[]): boolean {
  return spellGroups(a) === spellGroups(b)
}

function spellGroups(groups: readonly (readonly string[])[]): string {
  return JSON.stringify(groups.map((group) => JSON.stringify([...new Set(group)].sort())).sort())
}

function thresholdDifference(metadata: Metadata, environment: Environment, groups: number): Differences['threshold'] {
  if (groups < 2 || metadata.groups.length < 2) return undefined
  const file = metadata.shamirThreshold === 0 ? metadata.groups.length : metadata.shamirThreshold
  const wanted = environment.threshold === 0 ? groups : environment.threshold
  return file === wanted ? undefined : { file, wanted }
}

/** A file that names no selector has sops's default (`Metadata` of sops's stores). */
function selectionDifference(written: Selection, wanted: Selection): Differences['selection'] {
  const file = written.by === 'none' ? DEFAULT_SELECTION : written
  return sameSelection(file, wanted) ? undefined : { file, wanted }
}
