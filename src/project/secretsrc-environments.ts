import { type ConfigEntry, type ConfigMap, type ConfigNode, valueOf } from './config-node.ts'
import { readChoice, readMap, refuseUnknownKeys, shortened } from './config-values.ts'
import type { Environment, SealRule } from './model.ts'
import { nameProblem } from './names.ts'
import type { Problems } from './problems.ts'
import { readFiles } from './secretsrc-files.ts'
import { readGroups } from './secretsrc-groups.ts'
import type { RecipientTable } from './secretsrc-recipients.ts'
import { readSelection } from './secretsrc-selection.ts'

const KNOWN_KEYS = ['files', 'recipients', 'groups', 'threshold', 'encrypt', 'mac', 'checkout', 'seal']

/** What reading an environment needs. */
export interface EnvironmentContext {
  readonly recipients: RecipientTable
  readonly problems: Problems
  /** What holds where an environment says nothing about seals. */
  readonly seal: SealRule
}

/** Reads `environments`: a mapping from names to environments. Notes what is wrong in `context.problems`. */
export async function readEnvironments(
  node: ConfigNode | undefined,
  context: EnvironmentContext,
): Promise<readonly Environment[]> {
  if (node === undefined || node.kind === 'nothing') return []
  const environments: Environment[] = []
  for (const entry of readMap(node, 'environments', context.problems)?.entries ?? []) {
    const environment = await readEnvironment(entry, context)
    if (environment !== undefined) environments.push(environment)
  }
  return environments
}

async function readEnvironment(entry: ConfigEntry, context: EnvironmentContext): Promise<Environment | undefined> {
  const { problems } = context
  const what = `environment "${shortened(entry.key)}"`
  const wrong = nameProblem(entry.key)
  if (wrong !== undefined) problems.add(`${what}: ${wrong}`, entry.place)
  const map = readMap(entry.value, what, problems)
  if (map === undefined) return undefined
  refuseUnknownKeys(map, what, KNOWN_KEYS, problems)
  return {
    name: entry.key,
    patterns: await readFiles(valueOf(map, 'files'), { what, place: entry.place, problems }),
    ...readGroups(map, { ...context, what, place: entry.place }),
    selection: await readSelection(valueOf(map, 'encrypt'), what, problems),
    macOnlyEncrypted: choice(map, 'mac', ['all', 'encrypted'], problems) === 'encrypted',
    checkout: choice(map, 'checkout', ['encrypted', 'decrypted'], problems) ?? 'encrypted',
    seal: readSealRule(valueOf(map, 'seal'), problems) ?? context.seal,
    place: entry.place,
  }
}

/** Reads `seal`; undefined where it is not there. */
export function readSealRule(node: ConfigNode | undefined, problems: Problems): SealRule | undefined {
  const word = node === undefined ? undefined : readChoice(node, 'seal', ['true', 'false', 'required'], problems)
  if (word === 'required') return 'required'
  return word === undefined ? undefined : word === 'true' ? 'on' : 'off'
}

function choice<Choice extends string>(
  map: ConfigMap,
  key: string,
  choices: readonly Choice[],
  problems: Problems,
): Choice | undefined {
  const node = valueOf(map, key)
  return node === undefined ? undefined : readChoice(node, key, choices, problems)
}
