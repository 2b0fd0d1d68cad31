import type { Place } from '../core/errors.ts'
import { type ConfigMap, type ConfigNode, valueOf } from './config-node.ts'
import { readItems, readNumber, readText, shortened, suggestion } from './config-values.ts'
import type { Problems } from './problems.ts'
import type { RecipientTable } from './secretsrc-recipients.ts'

/** Groups of one file: the share's number is one byte that is not 0 (sops-format, section 7). */
const MAX_GROUPS = 255

/** Which environment is being read, where it begins, the names it may use, and where problems go. */
export interface GroupsContext {
  readonly what: string
  readonly place: Place
  readonly recipients: RecipientTable
  readonly problems: Problems
}

/** Who opens the files of an environment. */
export interface Groups {
  readonly groups: readonly (readonly string[])[]
  readonly threshold: number
}

/**
 * Reads `recipients` (names, any one of which opens the files) or `groups` (lists of names) with `threshold` (so
 * many groups are needed together; all of them where nothing is said).
 */
export function readGroups(map: ConfigMap, context: GroupsContext): Groups {
  const recipients = valueOf(map, 'recipients')
  const groups = valueOf(map, 'groups')
  const threshold = valueOf(map, 'threshold')
  const { what, place, problems } = context
  if (recipients !== undefined && groups !== undefined) {
    problems.add(`${what} has both recipients and groups`, groups.place, 'keep one of them')
  }
  if (groups !== undefined) return readThresholdGroups(groups, threshold, context)
  if (threshold !== undefined) {
    problems.add(`${what} has a threshold without groups`, threshold.place, 'write "groups: [[…], […]]"')
  }
  if (recipients === undefined) {
    problems.add(`${what} has no recipients`, place, 'add "recipients: […]" with names from the list at the top')
    return { groups: [], threshold: 0 }
  }
  return { groups: [readNames(recipients, context)], threshold: 0 }
}

function readThresholdGroups(node: ConfigNode, threshold: ConfigNode | undefined, context: GroupsContext): Groups {
  const { what, problems } = context
  if (node.kind !== 'list' || node.items.length < 2 || node.items.length > MAX_GROUPS) {
    problems.add(`groups of ${what} must be a list of 2 to ${MAX_GROUPS} lists of names`, node.place)
    return { groups: [], threshold: 0 }
  }
  const groups = node.items.map((item) => readNames(item, context))
  const needed = threshold === undefined ? 0 : readNumber(threshold, 'threshold', problems)
  if (threshold !== undefined && needed !== undefined && (needed < 2 || needed > groups.length)) {
    const message = `threshold of ${what} must be 2 to ${groups.length}, the number of its groups`
    problems.add(message, threshold.place, 'for "any one of them", write one list of recipients')
  }
  return { groups, threshold: needed ?? 0 }
}

function readNames(node: ConfigNode, context: GroupsContext): readonly string[] {
  const { what, problems } = context
  const items = readItems(node, `recipients of ${what}`, problems)
  if (node.kind === 'list' && items.length === 0) {
    problems.add(`${what} has an empty list of recipients`, node.place)
  }
  const names = new Set<string>()
  for (const item of items) readName(item, names, context)
  return [...names]
}

function readName(node: ConfigNode, names: Set<string>, { what, problems, recipients }: GroupsContext): void {
  const text = readText(node, `a recipient of ${what}`, problems)
  if (text === undefined) return
  const name = text.text
  if (names.has(name)) problems.add(`${what} names "${shortened(name)}" twice`, text.place)
  if (!recipients.declared.has(name)) {
    const hint = suggestion(name, recipients.declared) ?? 'add it to "recipients" at the top, with its public key'
    problems.add(`${what} names an unknown recipient "${shortened(name)}"`, text.place, hint)
  }
  names.add(name)
}
