import { dirname } from 'node:path'
import type { ConfigMap } from './config-node.ts'
import { valueOf } from './config-node.ts'
import { readChoice, readMap, readText, refuseUnknownKeys } from './config-values.ts'
import { parseConfigYaml } from './config-yaml.ts'
import type { Project } from './model.ts'
import { Problems } from './problems.ts'
import { readEnvironments, readSealRule } from './secretsrc-environments.ts'
import { readJobs } from './secretsrc-jobs.ts'
import { readRecipients } from './secretsrc-recipients.ts'

/** The only version of the syntax so far. */
const SECRETSRC_VERSION = '1'

const KNOWN_KEYS = ['version', 'match', 'recipients', 'environments', 'jobs', 'seal']

/**
 * Reads a `.secretsrc`. `file` is its absolute path, `shown` the same as the user knows it. Throws `CONFIG_INVALID`
 * with every problem, each with line and column; `LIMIT_EXCEEDED` for a file that is too large or too deep.
 */
export async function readSecretsrc(content: Uint8Array, file: string, shown: string = file): Promise<Project> {
  const problems = new Problems()
  const root = parseConfigYaml(content, { file: shown, aliases: 'refuse' })
  const map = readMap(root, 'the configuration', problems)
  const project = map === undefined ? undefined : await readProject(map, file, problems)
  problems.throwIfAny()
  if (project === undefined) throw new Error('a configuration without problems was not read')
  return project
}

async function readProject(map: ConfigMap, file: string, problems: Problems): Promise<Project> {
  refuseUnknownKeys(map, 'the configuration', KNOWN_KEYS, problems)
  readVersion(map, problems)
  const match = valueOf(map, 'match')
  const seal = readSealRule(valueOf(map, 'seal'), problems) ?? 'on'
  const recipients = readRecipients(valueOf(map, 'recipients'), problems)
  const environments = await readEnvironments(valueOf(map, 'environments'), { recipients, problems, seal })
  return {
    root: dirname(file),
    file,
    source: 'secretsrc',
    overlap: match && readChoice(match, 'match', ['one', 'first'], problems) === 'first' ? 'first' : 'refused',
    recipients: recipients.byName,
    environments,
    jobs: readJobs(valueOf(map, 'jobs'), environments, problems),
    warnings: [],
  }
}

function readVersion(map: ConfigMap, problems: Problems): void {
  const node = valueOf(map, 'version')
  if (node === undefined) {
    problems.add('the configuration says no version', map.place, 'begin it with "version: 1"')
    return
  }
  const text = readText(node, 'version', problems)
  if (text !== undefined && text.text !== SECRETSRC_VERSION) {
    problems.add('a version of the configuration that is not known', text.place, 'this release reads version 1')
  }
}
