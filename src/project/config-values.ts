import { closest } from '../core/similar-names.ts'
import { type ConfigEntry, type ConfigMap, type ConfigNode, type ConfigText, describeNode } from './config-node.ts'
import type { Problems } from './problems.ts'

/** Reads values of expected shapes; every reader notes what is not so in `problems` and then gives a harmless value. */

/** The mapping that `node` should be. `what` names it for the message. */
export function readMap(node: ConfigNode, what: string, problems: Problems): ConfigMap | undefined {
  if (node.kind === 'map') return node
  problems.add(`${what} must be a mapping, not ${describeNode(node)}`, node.place)
  return undefined
}

/** The text that `node` should be. */
export function readText(node: ConfigNode, what: string, problems: Problems): ConfigText | undefined {
  if (node.kind === 'text') return node
  problems.add(`${what} must be a text, not ${describeNode(node)}`, node.place)
  return undefined
}

/** The items of a list; one value stands for a list of one. */
export function readItems(node: ConfigNode, what: string, problems: Problems): readonly ConfigNode[] {
  if (node.kind === 'list') return node.items
  if (node.kind === 'text' || node.kind === 'map') return [node]
  problems.add(`${what} must be a list, not ${describeNode(node)}`, node.place)
  return []
}

/** The whole number that `node` should be. */
export function readNumber(node: ConfigNode, what: string, problems: Problems): number | undefined {
  if (node.kind === 'text' && node.plain && /^\d{1,9}$/.test(node.text)) return Number(node.text)
  problems.add(`${what} must be a whole number`, node.place)
  return undefined
}

/** The one of `choices` that `node` should be. */
export function readChoice<Choice extends string>(
  node: ConfigNode,
  what: string,
  choices: readonly Choice[],
  problems: Problems,
): Choice | undefined {
  const text = node.kind === 'text' ? node.text : undefined
  const choice = choices.find((candidate) => candidate === text)
  if (choice === undefined)
    problems.add(`${what} must be ${choices.join(' or ')}`, node.place, suggestion(text, choices))
  return choice
}

/** Notes every key that is not one of `known`. */
export function refuseUnknownKeys(map: ConfigMap, what: string, known: readonly string[], problems: Problems): void {
  for (const entry of map.entries) {
    if (!known.includes(entry.key)) refuseKey(entry, what, known, problems)
  }
}

function refuseKey(entry: ConfigEntry, what: string, known: readonly string[], problems: Problems): void {
  const hint = suggestion(entry.key, known) ?? `known are ${known.join(', ')}`
  problems.add(`unknown key "${shortened(entry.key)}" in ${what}`, entry.place, hint)
}

/** `did you mean …`, where one of `candidates` is near. */
export function suggestion(name: string | undefined, candidates: Iterable<string>): string | undefined {
  const near = name === undefined ? undefined : closest(name, candidates)
  return near === undefined ? undefined : `did you mean "${near}"?`
}

/** A name from the file for a message: one line, of bearable length. */
export function shortened(text: string): string {
  const line = text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, '·')
  return line.length > 60 ? `${line.slice(0, 57)}…` : line
}
