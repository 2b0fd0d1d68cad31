import type { Place } from '../core/errors.ts'
import { kmsReference } from '../keys/aws/kms-reference.ts'
import { type ConfigMap, type ConfigNode, describeNode, valueOf } from './config-node.ts'
import { readMap, readText } from './config-values.ts'
import type { Problems } from './problems.ts'
import type { RecipientNames } from './sops-recipient-names.ts'
import { azureReference } from './sops-references.ts'

interface GroupContext {
  readonly names: RecipientNames
  readonly problems: Problems
}

/** One key of a rule: the text that a key provider understands. */
interface Key {
  readonly reference: string
  readonly place: Place
}

/** Fields of a rule that hold keys, in the order of sops's single group. */
const FLAT_FIELDS = ['age', 'pgp', 'kms', 'gcp_kms', 'hckms', 'azure_keyvault', 'hc_vault_transit_uri'] as const

/**
 * The key groups of a creation rule, as names of recipients: `key_groups` where it holds any, else one group of the flat
 * fields; empty where the rule names no key. A key that stands twice in a group counts once.
 */
export function readRuleGroups(rule: ConfigMap, context: GroupContext): readonly (readonly string[])[] {
  const node = valueOf(rule, 'key_groups')
  const groups = node?.kind === 'list' && node.items.length > 0 ? node.items : undefined
  if (node !== undefined && node.kind !== 'list' && node.kind !== 'nothing') {
    context.problems.add(`key_groups must be a list, not ${describeNode(node)}`, node.place)
  }
  if (groups !== undefined) return groups.map((group) => named(groupKeys(group, context), context))
  const flat = named(flatKeys(rule, context), context)
  return flat.length === 0 ? [] : [flat]
}

function named(keys: readonly Key[], { names }: GroupContext): readonly string[] {
  return [...new Set(keys.map((key) => names.nameOf(key.reference, key.place)))]
}

function flatKeys(rule: ConfigMap, context: GroupContext): readonly Key[] {
  const profile = valueOf(rule, 'aws_profile')
  const profileText = profile?.kind === 'text' ? profile.text : undefined
  return FLAT_FIELDS.flatMap((field) => {
    const keys = texts(valueOf(rule, field), field, context).flatMap(splitCommas)
    if (field === 'pgp') return keys.map(withoutBlanks)
    if (field !== 'kms') return keys
    return keys.map(({ reference, place }) => ({
      reference: kmsReference({ arn: reference.replaceAll(' ', ''), profile: profileText }),
      place,
    }))
  })
}

/** sops joins lists by commas before it splits them again. */
function splitCommas({ reference, place }: Key): readonly Key[] {
  const parts = reference.split(',').map((part) => part.trim())
  return parts.filter((part) => part !== '').map((part) => ({ reference: part, place }))
}

function withoutBlanks({ reference, place }: Key): Key {
  return { reference: reference.replaceAll(' ', ''), place }
}

function texts(node: ConfigNode | undefined, field: string, { problems }: GroupContext): readonly Key[] {
  if (node === undefined || node.kind === 'nothing') return []
  const items = node.kind === 'list' ? node.items : [node]
  return items.flatMap((item) => {
    const text = readText(item, `a key of ${field}`, problems)
    return text === undefined ? [] : [{ reference: text.text.trim(), place: text.place }]
  })
}

/** Merged groups first, then by kind in sops's order. */
function groupKeys(node: ConfigNode, context: GroupContext): readonly Key[] {
  const group = node.kind === 'nothing' ? undefined : readMap(node, 'a key group', context.problems)
  if (group === undefined) return []
  const merged = valueOf(group, 'merge')
  return [
    ...(merged?.kind === 'list' ? merged.items.flatMap((item) => groupKeys(item, context)) : []),
    ...texts(valueOf(group, 'age'), 'age', context).flatMap(splitCommas),
    ...texts(valueOf(group, 'pgp'), 'pgp', context).map(withoutBlanks),
    ...objects(valueOf(group, 'kms'), 'kms', context).map(kmsKey),
    ...objects(valueOf(group, 'gcp_kms'), 'gcp_kms', context).map((map) => keyOf(map, textOf(map, 'resource_id'))),
    ...objects(valueOf(group, 'hckms'), 'hckms', context).map((map) => keyOf(map, textOf(map, 'key_id'))),
    ...objects(valueOf(group, 'azure_keyvault'), 'azure_keyvault', context).map(azureKey),
    ...texts(valueOf(group, 'hc_vault'), 'hc_vault', context),
  ]
}

function objects(node: ConfigNode | undefined, what: string, { problems }: GroupContext): readonly ConfigMap[] {
  if (node === undefined || node.kind === 'nothing') return []
  const items = node.kind === 'list' ? node.items : [node]
  return items.flatMap((item) => readMap(item, `a key of ${what}`, problems) ?? [])
}

function keyOf(map: ConfigMap, reference: string): Key {
  return { reference, place: map.place }
}

function kmsKey(map: ConfigMap): Key {
  const context = valueOf(map, 'context')
  const pairs =
    context?.kind === 'map' ? context.entries.map((entry) => [entry.key, plainText(entry.value)] as const) : []
  return keyOf(
    map,
    kmsReference({
      arn: textOf(map, 'arn'),
      role: textOf(map, 'role'),
      context: Object.fromEntries(pairs),
      profile: textOf(map, 'aws_profile'),
    }),
  )
}

function azureKey(map: ConfigMap): Key {
  return keyOf(map, azureReference(textOf(map, 'vaultUrl'), textOf(map, 'key'), textOf(map, 'version')))
}

function textOf(map: ConfigMap, name: string): string {
  return plainText(valueOf(map, name))
}

function plainText(node: ConfigNode | undefined): string {
  return node?.kind === 'text' ? node.text.trim() : ''
}
