import { canonicalNames, knownGroups, type ReferenceReader, wantedGroups } from '../differences.ts'
import type { Environment, Project } from '../model.ts'
import { readTargets } from '../read-entry.ts'
import type { FindStored } from '../secret-file.ts'
import { environmentFiles } from '../targets.ts'
import { fingerprint } from './fingerprint.ts'
import { kindOf } from './list-recipients.ts'

/** Whether somebody can read an environment. */
export interface AccessCell {
  readonly environment: string
  /** Whether the configuration says so. */
  readonly configured: boolean
  /** Groups of the configuration that the recipient is in, from 1; only where there are several. */
  readonly groups: readonly number[]
  /** How many encrypted files the environment has, and how many of them are encrypted to the recipient. */
  readonly files: number
  readonly readable: number
}

/** One who can read something, or is named. */
export interface AccessRow {
  /** Undefined for a recipient of files that the configuration does not know. */
  readonly name: string | undefined
  readonly reference: string
  readonly kind: string
  readonly fingerprint: string
  readonly cells: readonly AccessCell[]
}

/** What the matrix is made from. */
export interface AccessMatrixOptions {
  readonly project: Project
  readonly keyring: ReferenceReader
  readonly cwd: string
  readonly environments: readonly Environment[]
  readonly stored?: FindStored | undefined
}

/** Who can read which environment, by the configuration and by the files themselves. Takes no key. Throws what reading files throws. */
export async function accessMatrix(options: AccessMatrixOptions): Promise<readonly AccessRow[]> {
  const { project, keyring, environments } = options
  const names = await canonicalNames(project, keyring)
  const present = await Promise.all(environments.map((environment) => readersOf(environment, names, options)))
  const references = new Set([...names.keys(), ...present.flat(2)])
  return [...references].map((reference) => {
    const name = names.get(reference)
    return {
      name,
      reference,
      kind: kindOf(reference),
      fingerprint: fingerprint(reference),
      cells: environments.map((environment, index) => {
        const files = present[index] ?? []
        const groups = environment.groups.flatMap((group, at) =>
          name !== undefined && group.includes(name) ? at + 1 : [],
        )
        return {
          environment: environment.name,
          configured: groups.length > 0,
          groups: environment.groups.length > 1 ? groups : [],
          files: files.length,
          readable: files.filter((readers) => readers.includes(reference)).length,
        }
      }),
    }
  })
}

/** The references of every encrypted file of an environment. */
async function readersOf(
  environment: Environment,
  names: ReadonlyMap<string, string>,
  { project, keyring, cwd, stored }: AccessMatrixOptions,
): Promise<readonly (readonly string[])[]> {
  const files = await readTargets(await environmentFiles(project, cwd, [environment]), { project, stored })
  const sealed = files.flatMap((file) => file.sealed ?? [])
  // A recipient that no key provider understands has no file, and is told in its row.
  const wanted = (await wantedGroups(project, environment, keyring).catch(() => [])).flat()
  const known = { wanted, names, keyring }
  return Promise.all(sealed.map(async ({ metadata }) => (await knownGroups(metadata.groups, known)).flat()))
}
