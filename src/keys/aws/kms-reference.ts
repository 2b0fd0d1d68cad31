/** A KMS key as one text, as sops's metadata, and in parts. */
import type { KeyEntry } from '../../core/metadata-model.ts'

/** A KMS key with what using it needs beside its ARN. */
export interface KmsKey {
  readonly arn: string
  /** ARN of the role to assume (STS) before the key is used. */
  readonly role?: string | undefined
  /** Encryption context: the same pairs are needed for opening. */
  readonly context?: Readonly<Record<string, string>> | undefined
  /** Profile of the AWS configuration that gives the credentials. */
  readonly profile?: string | undefined
}

/**
 * sops accepts `^arn:aws[\w-]*:kms:(.+):[0-9]+:(key|alias)/.+$`; the region becomes part of a host name, so it is held
 * to the characters of one here, and the rest to what KMS allows in identifiers and aliases.
 */
const ARN = /^arn:aws[a-z-]{0,20}:kms:([a-z0-9]+(?:-[a-z0-9]+){1,6}):(\d{12}):(?:key|alias)\/[\w/:.-]{1,256}$/
const ROLE = /^arn:aws[a-z-]{0,20}:iam::(\d{12}):role\/[\w+=,.@/-]{1,512}$/
const PROFILE = /^(?=\S)[^\p{Cc}|]{1,128}(?<=\S)$/u
/** Characters of all pairs together. KMS allows 8,192 as JSON. */
const MAX_CONTEXT = 8_192
/** What separates the parts of the text, and the character that escapes them. */
const ESCAPES: readonly (readonly [string, string])[] = [
  ['%', '%25'],
  ['|', '%7C'],
  [',', '%2C'],
  [':', '%3A'],
]

/**
 * sops's identity text, `ARN[+ROLE][|k:v,…][|PROFILE]`, the context sorted and kept empty where a profile follows
 * (`ToString` of its `kms.MasterKey`). `|`, `,` and `%` in a context, and `:` in the name of a pair, are written as
 * `%7C`, `%2C`, `%25` and `%3A`, so that the text can be read back.
 */
export function kmsReference({ arn, role, context = {}, profile }: KmsKey): string {
  const names = Object.keys(context).toSorted((a, b) => (a < b ? -1 : Number(a > b)))
  const pairs = names.map((name) => `${escaped(name, ESCAPES)}:${escaped(context[name] ?? '', ESCAPES.slice(0, 3))}`)
  const withRole = role === undefined || role === '' ? arn : `${arn}+${role}`
  if (profile !== undefined && profile !== '') return `${withRole}|${pairs.join(',')}|${profile}`
  return pairs.length === 0 ? withRole : `${withRole}|${pairs.join(',')}`
}

/** The parts of such a text; undefined when it is none. */
export function parseKmsReference(text: string): KmsKey | undefined {
  const [key = '', pairs = '', profile, ...more] = text.split('|')
  const plus = key.indexOf('+arn:')
  const context = parseContext(pairs)
  if (more.length > 0 || context === undefined) return undefined
  const parsed: KmsKey = {
    arn: plus === -1 ? key : key.slice(0, plus),
    role: plus === -1 ? undefined : key.slice(plus + 1),
    context,
    profile,
  }
  return kmsKeyProblem(parsed) === undefined ? parsed : undefined
}

/** The key of an entry of sops's `kms` list; undefined when a field has the wrong type. */
export function kmsKeyOfEntry({ fields }: KeyEntry): KmsKey | undefined {
  const { arn, role = '', aws_profile: profile = '', context = {} } = fields
  if (typeof arn !== 'string' || typeof role !== 'string' || typeof profile !== 'string') return undefined
  const pairs = context === '' ? {} : context
  if (typeof pairs === 'string') return undefined
  return { arn, role: role || undefined, context: pairs, profile: profile || undefined }
}

/** What is wrong with a key, or undefined. Nothing is sent for a key that has a problem. */
export function kmsKeyProblem({ arn, role, context = {}, profile }: KmsKey): string | undefined {
  if (!ARN.test(arn)) return 'its ARN is not one of a KMS key or alias'
  if (role !== undefined && !ROLE.test(role)) return 'its role is not the ARN of an IAM role'
  if (profile !== undefined && profile !== '' && !PROFILE.test(profile)) return 'its profile is not a name'
  const length = Object.entries(context).reduce((sum, [name, value]) => sum + name.length + value.length, 0)
  return length > MAX_CONTEXT ? 'its encryption context is too long' : undefined
}

/** The region of a key: part of its ARN, whatever the environment says. */
export function regionOf({ arn }: KmsKey): string {
  return ARN.exec(arn)?.[1] ?? ''
}

/** The accounts that using a key involves: the key's own and the role's. */
export function accountsOf({ arn, role }: KmsKey): readonly string[] {
  const accounts = [ARN.exec(arn)?.[2], role === undefined ? undefined : ROLE.exec(role)?.[1]]
  return accounts.flatMap((account) => account ?? [])
}

function parseContext(text: string): Readonly<Record<string, string>> | undefined {
  if (text === '') return {}
  const pairs = text.split(',').map((pair): [string, string] | undefined => {
    const colon = pair.indexOf(':')
    return colon < 1 ? undefined : [unescaped(pair.slice(0, colon)), unescaped(pair.slice(colon + 1))]
  })
  const known = pairs.filter((pair) => pair !== undefined)
  const names = new Set(known.map(([name]) => name))
  return known.length === pairs.length && names.size === pairs.length ? Object.fromEntries(known) : undefined
}

function escaped(text: string, escapes: typeof ESCAPES): string {
  return escapes.reduce((result, [character, escape]) => result.replaceAll(character, escape), text)
}

function unescaped(text: string): string {
  return ESCAPES.toReversed().reduce((result, [character, escape]) => result.replaceAll(escape, character), text)
}
