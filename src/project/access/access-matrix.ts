import type { Keyring } from '../../keys/keyring.ts'
import { canonicalNames } from '../differences.ts'
import type { Environment, Project } from '../model.ts'
import { readTargets } from '../read-entry.ts'
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
  readonly keyring: Pick<Keyring, 'canonical' | 'references'>
  readonly cwd: string
  readonly environments: readonly Environment[]
}

/** Who can read which environment, by the configuration and by the files themselves. Takes no key. Throws what reading files throws. */
export async function accessMatrix(options: AccessMatrixOptions): Promise<readonly AccessRow[]> {
  const { project, keyring, environments } = options
  const names = await canonicalNames(project, keyring)
  const present = await Promise.all(environments.map((environment) => readersOf(environment, options)))
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
  { project, keyring, cwd }: AccessMatrixOptions,
): Promise<readonly (readonly string[])[]> {
  const files = await readTargets(await environmentFiles(project, cwd, [environment]), { project })
  const sealed = files.flatMap((file) => file.sealed ?? [])
  return Promise.all(sealed.map(async ({ metadata }) => (await keyring.references(metadata.groups)).flat()))
}
