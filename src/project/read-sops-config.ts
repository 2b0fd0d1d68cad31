import { dirname } from 'node:path'
import type { ConfigMap, ConfigNode } from './config-node.ts'
import { valueOf } from './config-node.ts'
import { readMap } from './config-values.ts'
import { parseConfigYaml } from './config-yaml.ts'
import type { Environment, Project, Recipient } from './model.ts'
import { Problems } from './problems.ts'
import { RecipientNames } from './sops-recipient-names.ts'
import { readRule } from './sops-rules.ts'

/**
 * Reads a `.sops.yaml` by sops's own rules (sops-format, section 17): one environment for each creation rule, the
 * first that matches wins, unknown fields are ignored, and so are destination rules and stores. Throws `CONFIG_INVALID`
 * with every problem; an expression that is not valid is one, where sops would treat it as matching nothing.
 */
export async function readSopsConfig(content: Uint8Array, file: string, shown: string = file): Promise<Project> {
  const problems = new Problems()
  const root = parseConfigYaml(content, { file: shown, aliases: 'resolve' })
  const map = readMap(root, 'the configuration', problems)
  const names = new RecipientNames()
  if (map !== undefined) names.collectComments(map)
  const environments = map === undefined ? [] : await readRules(map, names, problems)
  problems.throwIfAny()
  return {
    root: dirname(file),
    file,
    source: 'sops',
    overlap: 'first',
    recipients: recipientsOf(names),
    environments,
    jobs: [],
    warnings: [],
  }
}

async function readRules(map: ConfigMap, names: RecipientNames, problems: Problems): Promise<readonly Environment[]> {
  const rules = valueOf(map, 'creation_rules')
  const items = rules === undefined ? [] : ruleList(rules, problems)
  const environments: Environment[] = []
  const used = new Set<string>()
  for (const [index, item] of items.entries()) {
    const rule = readMap(item, 'a creation rule', problems)
    if (rule !== undefined) environments.push(await readRule(rule, { index, used, names, problems }))
  }
  return environments
}

function ruleList(node: ConfigNode, problems: Problems): readonly ConfigNode[] {
  if (node.kind === 'list') return node.items
  if (node.kind !== 'nothing') problems.add('creation_rules must be a list', node.place)
  return []
}

function recipientsOf(names: RecipientNames): ReadonlyMap<string, Recipient> {
  return new Map(names.all().map((recipient) => [recipient.name, recipient]))
}
