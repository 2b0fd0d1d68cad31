import { DEFAULT_SELECTION, type Selection } from '../core/metadata-model.ts'
import type { SELECTOR_NAMES } from '../core/selection.ts'
import { type ConfigNode, describeNode } from './config-node.ts'
import { readText, refuseUnknownKeys } from './config-values.ts'
import type { Problems } from './problems.ts'
import { compileSearch } from './secretsrc-files.ts'

/** The keys of `encrypt` and the selector of sops that each stands for. */
export const SELECTION_KEYS: Readonly<Record<string, (typeof SELECTOR_NAMES)[number]>> = {
  only: 'encrypted_regex',
  except: 'unencrypted_regex',
  'only-suffix': 'encrypted_suffix',
  'except-suffix': 'unencrypted_suffix',
  'only-comment': 'encrypted_comment_regex',
  'except-comment': 'unencrypted_comment_regex',
}

const SELECTORS: ReadonlyMap<string, (typeof SELECTOR_NAMES)[number]> = new Map(Object.entries(SELECTION_KEYS))

/**
 * Reads `encrypt`: a mapping with exactly one of six keys. Where it is missing, sops's default holds: everything but what
 * stands under a key that ends in `_unencrypted`.
 */
export async function readSelection(
  node: ConfigNode | undefined,
  what: string,
  problems: Problems,
): Promise<Selection> {
  if (node === undefined) return DEFAULT_SELECTION
  if (node.kind !== 'map') {
    const hint = 'write, for instance, "encrypt: { only: ^(data|stringData)$ }"'
    problems.add(`encrypt of ${what} must be a mapping, not ${describeNode(node)}`, node.place, hint)
    return DEFAULT_SELECTION
  }
  refuseUnknownKeys(node, `encrypt of ${what}`, [...SELECTORS.keys()], problems)
  const [first, second] = node.entries.filter((entry) => SELECTORS.has(entry.key))
  if (second !== undefined) {
    problems.add(`encrypt of ${what} has more than one rule`, second.place, 'keep one: a file has one selection')
  }
  const by = SELECTORS.get(first?.key ?? '')
  if (first === undefined || by === undefined) {
    if (node.entries.length === 0) problems.add(`encrypt of ${what} is empty`, node.place)
    return DEFAULT_SELECTION
  }
  const pattern = await readSelectorPattern(first.value, { key: first.key, what, problems })
  return pattern === undefined ? DEFAULT_SELECTION : { by, pattern }
}

async function readSelectorPattern(
  node: ConfigNode,
  { key, what, problems }: { readonly key: string; readonly what: string; readonly problems: Problems },
): Promise<string | undefined> {
  const text = readText(node, `${key} of ${what}`, problems)
  if (text === undefined) return undefined
  if (text.text === '') problems.add(`${key} of ${what} is empty`, text.place)
  else if (!key.endsWith('-suffix')) await compileSearch(text.text, text.place, problems)
  return text.text
}
