/** The error of a file that nothing here opens: who could, what was tried, and what to do. */
import { SecretsError } from '../core/errors.ts'
import { NOT_SET, type TriedIdentity } from './key-provider.ts'
import type { FailedAttempt, OpenedGroup } from './open-groups.ts'

/** The name of a canonical reference in `.secretsrc`, if it has one. */
export type NameOf = (reference: string) => string | undefined

/** Recipients that an age key of one's own could join. */
const AGE_REFERENCE = /^(?:age1|ssh-)/

/** A post-quantum recipient has 1959 characters. */
const LONGEST_REFERENCE = 100

/** `CANNOT_OPEN` for groups of which fewer than `needed` were opened. */
export function cannotOpen(groups: readonly OpenedGroup[], needed: number, nameOf: NameOf): SecretsError {
  const opened = groups.filter(({ key }) => key !== undefined).length
  const message =
    groups.length > 1
      ? `${opened} of the ${groups.length} key groups of this file could be opened, and ${needed} are needed`
      : 'no identity here opens this file'
  const closed = groups.filter(({ key }) => key === undefined)
  const failures = closed.flatMap((group) => group.failures)
  return new SecretsError('CANNOT_OPEN', message, {
    hint: hintOf(closed, failures, nameOf),
    details: [...recipientLines(groups, nameOf), ...attemptLines(failures, nameOf)],
  })
}

function recipientLines(groups: readonly OpenedGroup[], nameOf: NameOf): readonly string[] {
  return groups.flatMap(({ references, key }, index) => {
    const state = `group ${index + 1} (${key === undefined ? 'not opened' : 'opened'}) `
    const prefix = groups.length > 1 ? state : ''
    return references.map((reference) => `${prefix}recipient ${label(reference, nameOf)}`)
  })
}

function attemptLines(failures: readonly FailedAttempt[], nameOf: NameOf): readonly string[] {
  const lines = failures.flatMap((failure) => {
    const tried = failure.tried.filter(({ outcome }) => outcome !== NOT_SET).map((one) => triedLine(one, nameOf))
    if (failure.tried.length > 0) return tried
    return [`${failure.reference === undefined ? 'recipients' : label(failure.reference, nameOf)}: ${failure.failed}`]
  })
  const unset = failures.flatMap(({ tried }) => tried.filter(({ outcome }) => outcome === NOT_SET))
  const names = [...new Set(unset.map(({ source }) => source))]
  return [...new Set(lines), ...(names.length === 0 ? [] : [`${NOT_SET}: ${names.join(', ')}`])]
}

function triedLine({ source, recipient, outcome }: TriedIdentity, nameOf: NameOf): string {
  return recipient === undefined ? `${source}: ${outcome}` : `${source}: ${label(recipient, nameOf)} ${outcome}`
}

function hintOf(closed: readonly OpenedGroup[], failures: readonly FailedAttempt[], nameOf: NameOf): string {
  const references = closed.flatMap((group) => group.references)
  const own = failures.flatMap(({ tried }) => tried.flatMap(({ recipient }) => recipient ?? []))
  const damaged = own.find((recipient) => references.includes(recipient))
  if (damaged !== undefined) return `restore the file from git: the entry of ${label(damaged, nameOf)} is damaged`
  const names = references.flatMap((reference) => nameOf(reference) ?? [])
  const whom = names.length === 0 ? 'one of its recipients' : [...new Set(names)].join(' or ')
  const [first] = own
  if (first !== undefined) return `ask ${whom} to run \`secrets grant\` for your key ${shortened(first)}`
  if (!references.some((reference) => AGE_REFERENCE.test(reference))) {
    return `mend what is said above of the access to its keys, or ask ${whom} to decrypt it`
  }
  return `set SECRETS_AGE_KEY or SECRETS_AGE_KEY_FILE to a key of its recipients, or run \`secrets keygen\` and ask ${whom} to run \`secrets grant\` for the new key`
}

function label(reference: string, nameOf: NameOf): string {
  const name = nameOf(reference)
  return name === undefined ? shortened(reference) : `${name} (${shortened(reference)})`
}

/** A reference for a message: both ends of one that is very long. */
export function shortened(reference: string): string {
  return reference.length > LONGEST_REFERENCE ? `${reference.slice(0, 32)}…${reference.slice(-8)}` : reference
}
