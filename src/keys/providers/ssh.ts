import { SecretsError } from '../../core/errors.ts'
import type { KeyEntry } from '../../core/metadata-model.ts'
import { sealAgeFile } from '../age/age-file.ts'
import { encodeArmor } from '../age/armor.ts'
import { openAgeEntries } from '../age/open-age-entries.ts'
import type { KeyContext, KeyProvider, Unwrapped } from '../key-provider.ts'
import { parsePublicKeyLine, publicKeyText, type SshPublicKey } from '../ssh/public-key.ts'
import { wrapForSsh } from '../ssh/ssh-stanza.ts'

/** Any kind of SSH key, so that those that cannot be used are told as what they are. */
const PATTERN = '^(?:ssh|ecdsa|sk-ssh|sk-ecdsa)-\\S+[ \\t]'

/** SSH keys as recipients of age files: `ssh-ed25519 AAAA… comment`, `ssh-rsa AAAA… comment`. */
export const provider: KeyProvider = {
  id: 'ssh',
  summary: 'SSH keys, ed25519 and RSA',
  list: 'age',
  remote: false,
  pattern: PATTERN,
  canonical,
  referenceOf,
  covers,
  wrap,
  unwrap: (entry: KeyEntry, context: KeyContext): Promise<Unwrapped> => openAgeEntries([entry], context),
  unwrapAny: openAgeEntries,
}

/** With its comment, as sops keeps it. */
function canonical(reference: string): string {
  const text = reference.trim()
  parse(text)
  return text
}

function parse(text: string): SshPublicKey {
  const key = /[\r\n]/.test(text) ? undefined : parsePublicKeyLine(text)
  if (key !== undefined) return key
  const known = /^ssh-(?:ed25519|rsa)[ \t]/.test(text)
  throw new SecretsError(
    'BAD_RECIPIENT',
    known
      ? 'an SSH key that is damaged, cut off or an RSA key of fewer than 2048 bits'
      : 'an SSH key of a kind that age cannot encrypt to',
    { hint: 'use the one line of ~/.ssh/id_ed25519.pub or of an id_rsa.pub of 2048 bits or more' },
  )
}

function referenceOf(entry: KeyEntry): string | undefined {
  const { recipient } = entry.fields
  if (entry.kind !== 'age' || typeof recipient !== 'string') return undefined
  const text = recipient.trim()
  return new RegExp(PATTERN).test(text) ? text : undefined
}

/** The comment is nothing but a note: the same key with another one is the same recipient. */
function covers(configured: string, found: string): boolean {
  const [one, other] = [parsePublicKeyLine(configured), parsePublicKeyLine(found)]
  if (one === undefined || other === undefined) return configured === found
  return publicKeyText(one) === publicKeyText(other)
}

async function wrap(reference: string, dataKey: Uint8Array): Promise<KeyEntry> {
  const recipient = canonical(reference)
  const key = parse(recipient)
  const file = sealAgeFile(dataKey, (fileKey) => wrapForSsh(key, fileKey))
  return { kind: 'age', fields: { enc: encodeArmor(file), recipient } }
}
