import type { Place } from '../core/errors.ts'
import { type ConfigEntry, type ConfigNode, describeNode } from './config-node.ts'
import { readMap, shortened } from './config-values.ts'
import type { Recipient } from './model.ts'
import { nameProblem } from './names.ts'
import type { Problems } from './problems.ts'
import { readReferenceParts } from './secretsrc-references.ts'

/** Characters of a reference: a post-quantum age recipient has 1,959. */
const MAX_REFERENCE_LENGTH = 8_192

/** The recipients of a `.secretsrc`. */
export interface RecipientTable {
  readonly byName: ReadonlyMap<string, Recipient>
  /** All names, those with a problem included: an environment that uses one must not be blamed for it. */
  readonly declared: ReadonlySet<string>
}

/** Reads `recipients`: a mapping from names to references. Notes what is wrong in `problems`. */
export function readRecipients(node: ConfigNode | undefined, problems: Problems): RecipientTable {
  const byName = new Map<string, Recipient>()
  const nameOf = new Map<string, string>()
  const map = node === undefined || node.kind === 'nothing' ? undefined : readMap(node, 'recipients', problems)
  for (const entry of map?.entries ?? []) {
    const recipient = readRecipient(entry, problems)
    if (recipient === undefined) continue
    const key = keyOf(recipient.reference)
    const other = nameOf.get(key)
    if (other !== undefined) {
      const message = `recipients "${shortened(other)}" and "${shortened(entry.key)}" are the same key`
      problems.add(message, entry.place, 'name it once: revoking one name would leave the other')
    }
    nameOf.set(key, recipient.name)
    byName.set(recipient.name, recipient)
  }
  return { byName, declared: new Set(map?.entries.map((entry) => entry.key)) }
}

/** Without the comment of an SSH key, which is a note alone (sshd(8), "AUTHORIZED_KEYS FILE FORMAT"). */
function keyOf(reference: string): string {
  return /^(?:ssh|ecdsa|sk)-\S+[ \t]+\S+/.exec(reference)?.[0].replace(/[ \t]+/, ' ') ?? reference
}

function readRecipient(entry: ConfigEntry, problems: Problems): Recipient | undefined {
  const wrong = nameProblem(entry.key)
  if (wrong !== undefined) problems.add(`recipient "${shortened(entry.key)}": ${wrong}`, entry.place)
  const reference = readReference(entry, problems)
  if (wrong !== undefined || reference === undefined) return undefined
  return { name: entry.key, reference, place: entry.place }
}

/** The one text that a key provider understands; a mapping of the parts of a key becomes that text. */
function readReference(entry: ConfigEntry, problems: Problems): string | undefined {
  const { value } = entry
  const what = `recipient "${shortened(entry.key)}"`
  if (value.kind === 'map') {
    const reference = readReferenceParts(value, what, problems)
    return reference === undefined ? undefined : accepted(reference, { what, place: value.place, problems })
  }
  if (value.kind !== 'text') {
    problems.add(`${what} must be a public key or the name of a key, not ${describeNode(value)}`, value.place)
    return undefined
  }
  return accepted(value.text.trim(), { what, place: value.place, problems })
}

interface Written {
  readonly what: string
  readonly place: Place
  readonly problems: Problems
}

function accepted(reference: string, { what, place, problems }: Written): string | undefined {
  const wrong = referenceProblem(reference)
  if (wrong !== undefined) problems.add(`${what}: ${wrong}`, place)
  return wrong === undefined ? reference : undefined
}

/** Why a text can be no reference of any kind; undefined when it may be one. Its key provider says the rest. */
function referenceProblem(reference: string): string | undefined {
  if (reference === '') return 'an empty key'
  if (reference.length > MAX_REFERENCE_LENGTH) return `a key of more than ${MAX_REFERENCE_LENGTH} characters`
  if (/\p{Cc}/u.test(reference)) return 'a key must be one line'
  if (SECRET_SIGNS.test(reference)) return 'this is a secret key; put the public key here, and make a new key'
  return undefined
}

/** How secret keys begin that people have been seen to paste in the place of public ones. */
const SECRET_SIGNS = /^(?:AGE-SECRET-KEY-|AGE-PLUGIN-|-----BEGIN [A-Z ]*PRIVATE KEY)/i
