import { randomBytes } from 'node:crypto'
import { SecretsError, withPlace } from '../core/errors.ts'
import type { Format } from '../core/format.ts'
import type { Selection } from '../core/metadata-model.ts'
import { type SealResult, sealText } from '../core/seal-text.ts'
import type { Keyring } from '../keys/keyring.ts'
import { groupReferences } from './claims.ts'
import type { Environment, Project } from './model.ts'

/** Bytes of a data key (AES-256). */
const DATA_KEY_LENGTH = 32

/** Whom a file is encrypted to, and how. */
export interface SealingRule {
  /** References as a configuration or a command line writes them. */
  readonly groups: readonly (readonly string[])[]
  /** 0 = all groups. */
  readonly threshold: number
  readonly selection: Selection
  readonly macOnlyEncrypted: boolean
  /** Whether the file gets a seal; true by default. */
  readonly seal?: boolean
}

/** What encrypting a plain file needs. */
export interface SealNewOptions {
  readonly rule: SealingRule
  readonly keyring: Keyring
  readonly now: Date
  /** The file for error messages. */
  readonly shown: string
}

/** An encrypted file, and the new data key that it is encrypted with. */
export interface SealedNewFile extends SealResult {
  readonly dataKey: Uint8Array
}

/** The rule of an environment. Throws `NO_RECIPIENTS` when a rule of sops names no key. */
export function sealingRule(project: Project, environment: Environment): SealingRule {
  const groups = groupReferences(project, environment)
  if (groups.length === 0 || groups.some((group) => group.length === 0)) {
    throw new SecretsError('NO_RECIPIENTS', `environment ${environment.name} has nobody to encrypt to`, {
      place: environment.place,
      hint: 'add recipients to it',
    })
  }
  const { threshold, selection, macOnlyEncrypted } = environment
  return { groups, threshold, selection, macOnlyEncrypted, seal: environment.seal !== 'off' }
}

/**
 * Encrypts plain content under a new data key. Throws `BAD_RECIPIENT`, `PROVIDER_FAILED` and what `sealText` throws, with
 * the file as place. A selection that selects nothing is no error here: the result counts what was encrypted.
 */
export async function sealNewFile(format: Format, plain: Uint8Array, options: SealNewOptions): Promise<SealedNewFile> {
  const { rule, keyring, now, shown } = options
  return withPlace({ file: shown }, async () => {
    const dataKey = randomBytes(DATA_KEY_LENGTH)
    const references = await Promise.all(rule.groups.map((group) => canonicalGroup(group, keyring)))
    const groups = await keyring.wrap(dataKey, references, rule.threshold)
    const { selection, macOnlyEncrypted, seal = true } = rule
    const shamirThreshold = groups.length > 1 ? rule.threshold : 0
    const sealing = { dataKey, groups, shamirThreshold, selection, macOnlyEncrypted, seal, now }
    const result = await sealText(format, plain, sealing)
    return { ...result, dataKey }
  })
}

async function canonicalGroup(group: readonly string[], keyring: Keyring): Promise<readonly string[]> {
  return [...new Set(await Promise.all(group.map((reference) => keyring.canonical(reference))))]
}
