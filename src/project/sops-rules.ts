import { isSecretsError, type Place } from '../core/errors.ts'
import { DEFAULT_SELECTION, type Selection } from '../core/metadata-model.ts'
import { SELECTOR_NAMES, selectionOf } from '../core/selection.ts'
import { type ConfigMap, valueOf } from './config-node.ts'
import { readNumber, readText } from './config-values.ts'
import { regexPattern } from './file-patterns.ts'
import type { Environment, FilePattern } from './model.ts'
import type { Problems } from './problems.ts'
import { compilePattern, compileSearch } from './secretsrc-files.ts'
import type { RecipientNames } from './sops-recipient-names.ts'
import { readRuleGroups } from './sops-rule-groups.ts'

/** What reading a creation rule needs. */
export interface RuleContext {
  /** From 0. */
  readonly index: number
  /** Names of environments that are taken. */
  readonly used: Set<string>
  readonly names: RecipientNames
  readonly problems: Problems
}

/** Reads one creation rule. Notes what is wrong in `context.problems`. */
export async function readRule(rule: ConfigMap, context: RuleContext): Promise<Environment> {
  const { problems } = context
  const pattern = await readPathRegex(rule, problems)
  const groups = readRuleGroups(rule, context)
  return {
    name: environmentName(pattern?.text ?? '', context),
    patterns: pattern === undefined ? [] : [pattern],
    groups,
    threshold: readThreshold(rule, groups.length, problems),
    selection: await readRuleSelection(rule, problems),
    macOnlyEncrypted: readTruth(rule, 'mac_only_encrypted', problems),
    checkout: 'encrypted',
    seal: 'on',
    place: rule.place,
  }
}

async function readPathRegex(rule: ConfigMap, problems: Problems): Promise<FilePattern | undefined> {
  const node = valueOf(rule, 'path_regex')
  if (node === undefined || node.kind === 'nothing') return regexPattern('', rule.place, () => true)
  const text = readText(node, 'path_regex', problems)
  return text === undefined ? undefined : compilePattern(text, problems)
}

/** Words that stand in paths of secrets without naming an environment. */
const GENERIC_WORDS: ReadonlySet<string> = new Set(
  'secret secrets sops enc encrypted yaml yml json env ini dec file files config values data w d s'.split(' '),
)

/** The first word of a `path_regex` that could be a name, for rules such as `secrets/prod/.*`; else `rule-1`. */
function environmentName(expression: string, { index, used }: RuleContext): string {
  const words = expression.replace(/\\./g, ' ').match(/[A-Za-z][A-Za-z0-9_-]+/g) ?? []
  const word = words.find((candidate) => !GENERIC_WORDS.has(candidate.toLowerCase()))
  const name = word === undefined || used.has(word) ? `rule-${index + 1}` : word
  used.add(name)
  return name
}

function readThreshold(rule: ConfigMap, groups: number, problems: Problems): number {
  const node = valueOf(rule, 'shamir_threshold')
  if (node === undefined || node.kind === 'nothing') return 0
  const threshold = readNumber(node, 'shamir_threshold', problems) ?? 0
  if (groups > 1 && threshold !== 0 && (threshold < 2 || threshold > groups)) {
    problems.add(`shamir_threshold must be 2 to ${groups}, the number of key groups`, node.place)
  }
  return groups > 1 ? threshold : 0
}

async function readRuleSelection(rule: ConfigMap, problems: Problems): Promise<Selection> {
  const fields: Partial<Record<(typeof SELECTOR_NAMES)[number], string>> = {}
  for (const name of SELECTOR_NAMES) {
    const node = valueOf(rule, name)
    if (node !== undefined && node.kind !== 'nothing') fields[name] = readText(node, name, problems)?.text ?? ''
  }
  const selection = onlySelection(fields, rule.place, problems)
  if (selection.by === 'none') return DEFAULT_SELECTION
  const place = valueOf(rule, selection.by)?.place ?? rule.place
  if (selection.by.endsWith('_regex')) await compileSearch(selection.pattern, place, problems)
  return selection
}

function onlySelection(fields: Parameters<typeof selectionOf>[0], place: Place, problems: Problems): Selection {
  try {
    return selectionOf(fields)
  } catch (error) {
    if (!isSecretsError(error)) throw error
    problems.add(`a creation rule with ${error.message}`, place, error.hint)
    return DEFAULT_SELECTION
  }
}

/** The spellings of a truth that sops's parser reads into a bool (yaml.v3: YAML 1.2, and 1.1 for typed fields). */
const TRUTHS: ReadonlyMap<string, boolean> = new Map([
  ...['true', 'y', 'yes', 'on'].map((text): [string, boolean] => [text, true]),
  ...['false', 'n', 'no', 'off'].map((text): [string, boolean] => [text, false]),
])

function readTruth(rule: ConfigMap, key: string, problems: Problems): boolean {
  const node = valueOf(rule, key)
  if (node === undefined || node.kind === 'nothing') return false
  const truth = node.kind === 'text' && node.plain ? TRUTHS.get(node.text.toLowerCase()) : undefined
  if (truth === undefined) problems.add(`${key} must be true or false`, node.place)
  return truth ?? false
}
