/**
 * Which entries are encrypted (`Tree.shouldBeEncrypted`). All selectors look at every element of the path
 * of keys, so a selected ancestor selects its whole subtree; list indices do not count.
 */
import { SecretsError } from './errors.ts'
import type { Format } from './format.ts'
import { DEFAULT_SELECTION, type Selection } from './metadata-model.ts'

/** A selection, ready to judge keys and comments. */
export interface Selector {
  /** `keys`: matched against each key of the path; `comments`: against the comments that are active at an entry. */
  readonly looksAt: 'nothing' | 'keys' | 'comments'
  /** Whether a match means "encrypted" or "left in clear". Without any match it is the other way round. */
  readonly matchMeansEncrypted: boolean
  matches(text: string): boolean
}

/** Names of the six selectors, in sops's order. */
export const SELECTOR_NAMES = [
  'unencrypted_suffix',
  'encrypted_suffix',
  'unencrypted_regex',
  'encrypted_regex',
  'unencrypted_comment_regex',
  'encrypted_comment_regex',
] as const

/** Everything is encrypted: files without a selector, and the binary format. */
export const SELECT_ALL: Selector = { looksAt: 'nothing', matchMeansEncrypted: false, matches: () => false }

/**
 * The selection that really holds: sops assumes its default suffix where metadata name no selector, and
 * ignores selectors where a format has a single value (the binary format).
 */
export function effectiveSelection(format: Pick<Format, 'selectable'>, selection: Selection): Selection {
  if (!format.selectable) return { by: 'none' }
  return selection.by === 'none' ? DEFAULT_SELECTION : selection
}

/** The selector of a text. Throws `SELECTION_INVALID` for an expression that is not valid. */
export function selectorOf(format: Pick<Format, 'selectable'>, selection: Selection): Promise<Selector> {
  return compileSelection(effectiveSelection(format, selection))
}

/** Prepares a selection as it stands. Throws `SELECTION_INVALID` for an expression that is not valid. */
export async function compileSelection(selection: Selection): Promise<Selector> {
  if (selection.by === 'none') return SELECT_ALL
  return {
    looksAt: selection.by.endsWith('_comment_regex') ? 'comments' : 'keys',
    matchMeansEncrypted: selection.by.startsWith('encrypted_'),
    matches: remembered(await matcher(selection.by, selection.pattern)),
  }
}

async function matcher(by: string, pattern: string): Promise<(text: string) => boolean> {
  if (by.endsWith('_suffix')) return (text) => text.endsWith(pattern)
  const { compileRegex } = await import('./regex.ts')
  return compileRegex(pattern)
}

/** Keys repeat from entry to entry; a regular expression costs far more than a look-up. */
function remembered(matches: (text: string) => boolean): (text: string) => boolean {
  const known = new Map<string, boolean>()
  return (text) => {
    const answer = known.get(text)
    if (answer !== undefined) return answer
    const found = matches(text)
    known.set(text, found)
    return found
  }
}

/**
 * The one selection that a set of selector fields stands for. Throws `SELECTION_INVALID` when more than
 * one is not empty: sops refuses such metadata and such rules.
 */
export function selectionOf(fields: Readonly<Partial<Record<(typeof SELECTOR_NAMES)[number], string>>>): Selection {
  const named = SELECTOR_NAMES.filter((name) => (fields[name] ?? '') !== '')
  const [by] = named
  if (by === undefined) return { by: 'none' }
  if (named.length > 1) {
    throw new SecretsError('SELECTION_INVALID', `more than one selector: ${named.join(', ')}`, {
      hint: 'a file has at most one of the six; keep one',
    })
  }
  return { by, pattern: fields[by] ?? '' }
}

/** Whether two selections are the same rule. */
export function sameSelection(a: Selection, b: Selection): boolean {
  if (a.by === 'none' || b.by === 'none') return a.by === b.by
  return a.by === b.by && a.pattern === b.pattern
}
