import type { Place } from '../core/errors.ts'

/** What `secrets check` can find, by the name that reports call it; each with what it means in one sentence. */
export const CHECK_RULES = {
  'plain-file': 'A file of an environment is not encrypted.',
  'plain-value': 'A value of an encrypted file stands in clear although the selection wants it encrypted.',
  'plain-comment': 'A comment of an encrypted file stands in clear although the selection wants it encrypted.',
  'stray-ciphertext': 'A value is encrypted where the selection leaves it in clear, so that nothing ever decrypts it.',
  'selects-nothing': 'The selection encrypts no value of a secret file.',
  'unexpected-recipient': 'Somebody can read a file whom its environment does not name.',
  'missing-recipient': 'Somebody whom an environment names cannot read one of its files.',
  'recipient-groups': 'The groups of recipients of a file are not those of its environment.',
  'other-selection': 'The selection of a file is not the one of its environment.',
  'other-mac-scope': 'The MAC of a file does not cover what its environment says.',
  'mac-mismatch': 'Values of a file were changed, added or removed by hand.',
  'seal-mismatch':
    'Something that the MAC does not cover was changed by hand: a comment, a recipient, a rule, a spelling.',
  'missing-seal': 'A file has no seal where one is required: sops wrote it, or somebody took it off.',
  'value-damaged': 'An encrypted value or comment does not decrypt at its place.',
  'metadata-invalid': 'The metadata of a file is not what it must be.',
  'file-invalid': 'A secret file cannot be read or understood.',
  'bad-configuration': 'The configuration says something about a file that cannot be done.',
  'conflict-markers': 'The markers of an unfinished merge are left in a secret file.',
  'key-file': 'A file holds a secret key.',
  'no-attributes': 'Git does not encrypt a secret file when it is added.',
  'exposed-value': 'Somebody who can no longer read a file knows a value of it.',
  'missing-file': 'The configuration names a file that is not there.',
} as const

/** Name of a kind of problem. */
export type CheckRule = keyof typeof CHECK_RULES

/** One thing to mend. Holds names of files and entries, never a value. */
export interface CheckProblem extends Place {
  readonly rule: CheckRule
  /** Lower case, no full stop. */
  readonly message: string
  /** What to type. */
  readonly hint?: string
  /** As the reader names it: relative to the current folder. */
  readonly file: string
  /** The commit that holds it, where commits are looked through. */
  readonly commit?: string
}

/** Those that give a secret away: what a commit must not hold even if a later one mends it. */
const LEAKS: ReadonlySet<CheckRule> = new Set(['plain-file', 'plain-value', 'plain-comment', 'key-file'])

/** Whether the content is in the history for good once it is pushed, whatever later commits do. */
export function isLeak({ rule }: Pick<CheckProblem, 'rule'>): boolean {
  return LEAKS.has(rule)
}

/** A word for the shell: as it is where that is safe. */
export function shellWord(name: string): string {
  return /^[\p{L}\p{N}._/@+-]+$/u.test(name) ? name : `'${name.replaceAll("'", "'\\''")}'`
}
