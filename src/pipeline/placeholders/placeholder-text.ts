import type { Path } from '../../core/tree.ts'
import { MARK, UUID_START } from './placeholder-mark.ts'

/** What tells placeholders of one shape apart. */
export interface PlaceholderSeed {
  /** Bytes of the value that it stands for. */
  readonly length: number
  /** Of the range of numbers. */
  readonly number: number
  /** At least 64 hexadecimal digits. */
  readonly digits: string
}

/** Longest text that is made: no file has to be filled. */
const MAX_LENGTH = 4096

/** Bytes from which a key or certificate is one in PEM. */
const MIN_PEM = 100

/** Digits by which two short placeholders differ. */
const SHORT = 8

interface Shape {
  /** Whether an entry of this name and length has the shape. */
  readonly fits: (words: readonly string[], length: number) => boolean
  readonly make: (words: readonly string[], seed: PlaceholderSeed) => string
}

/** In order: the first that fits. */
const SHAPES: readonly Shape[] = [
  {
    fits: (words, length) => length >= MIN_PEM && has(words, 'cert', 'certificate', 'crt', 'ca', 'chain'),
    make: certificate,
  },
  { fits: (words, length) => length >= MIN_PEM && has(words, 'pem', 'key', 'ssh', 'tls'), make: privateKey },
  { fits: (words) => has(words, 'url', 'uri', 'dsn', 'endpoint', 'webhook'), make: address },
  {
    fits: (words) => has(words, 'email', 'mail', 'sender', 'recipient'),
    make: (_, seed) => `${short(seed)}@example.invalid`,
  },
  {
    fits: (words, length) => has(words, 'uuid', 'guid') || (length === 36 && has(words, 'id')),
    make: (_, { digits }) => UUID_START + digits.slice(0, 12),
  },
  { fits: (words) => has(words, 'host', 'hostname', 'domain'), make: (_, seed) => `${short(seed)}.invalid` },
  { fits: (words) => has(words, 'port'), make: (_, { number }) => String(number) },
  { fits: (words) => has(words, 'json'), make: (_, { digits }) => JSON.stringify({ [MARK]: digits.slice(0, SHORT) }) },
  {
    fits: (words, length) => has(words, 'hex') || (length === 64 && has(words, 'key', 'salt')),
    make: (_, seed) => hex(seed),
  },
  {
    fits: (words, length) =>
      has(words, 'base64', 'b64') || ((length === 44 || length === 88) && has(words, 'key', 'salt')),
    make: (_, seed) => base64(seed),
  },
]

/** A text of the shape that the name and the length of an entry tell: an address, a PEM file, base64, a UUID, else a plain word. */
export function placeholderText(path: Path, seed: PlaceholderSeed): string {
  const words = path.flatMap((step) => (typeof step === 'string' ? wordsOf(step) : []))
  const last = wordsOf(path.findLast((step) => typeof step === 'string') ?? '')
  const shape = SHAPES.find(({ fits }) => fits(last, seed.length))
  return shape?.make(words, seed) ?? filled(seed, Math.max(seed.length, short(seed).length))
}

/** `databaseUrl`, `DATABASE_URL` and `database-url` are `database`, `url`. */
function wordsOf(name: string): readonly string[] {
  const parts = name.replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2').split(/[^A-Za-z0-9]+/)
  return parts.map((part) => part.toLowerCase()).filter((part) => part !== '')
}

function has(words: readonly string[], ...wanted: readonly string[]): boolean {
  return wanted.some((word) => words.includes(word))
}

function short({ digits }: PlaceholderSeed): string {
  return `${MARK}-${digits.slice(0, SHORT)}`
}

/** The mark and digits, `length` signs in all. */
function filled({ digits }: PlaceholderSeed, length: number): string {
  return `${MARK}-${digits.repeat(Math.ceil(MAX_LENGTH / digits.length))}`.slice(0, Math.min(length, MAX_LENGTH))
}

/** Schemes by words of the path; the scheme decides which driver a program loads. */
const SCHEMES: readonly (readonly [scheme: string, ...words: readonly string[]])[] = [
  ['postgresql', 'postgres', 'postgresql', 'pg', 'database', 'db'],
  ['mysql', 'mysql', 'mariadb'],
  ['redis', 'redis', 'cache'],
  ['mongodb', 'mongo', 'mongodb'],
  ['amqp', 'amqp', 'rabbitmq', 'rabbit'],
  ['smtp', 'smtp', 'mail', 'email'],
]

/** `.invalid` leads nowhere (RFC 2606, 2). */
function address(words: readonly string[], seed: PlaceholderSeed): string {
  // What is named itself wins over the database that it is in.
  const named = SCHEMES.toReversed().find(([, ...known]) => has(words, ...known))
  if (named === undefined) return `https://${short(seed)}.invalid/`
  return `${named[0]}://placeholder:${short(seed)}@${MARK}.invalid/placeholder`
}

function hex(seed: PlaceholderSeed): string {
  const bytes = Math.max(Math.floor(seed.length / 2), MARK.length)
  return Buffer.from(filled(seed, bytes)).toString('hex')
}

/** Bytes of keys by the length of their base64; of other lengths nobody knows. */
const KEY_BYTES: ReadonlyMap<number, number> = new Map([
  [44, 32],
  [88, 64],
])

function base64(seed: PlaceholderSeed): string {
  const bytes = KEY_BYTES.get(seed.length) ?? Math.floor((seed.length * 3) / 4)
  return Buffer.from(filled(seed, Math.max(bytes, MARK.length))).toString('base64')
}

function certificate(_words: readonly string[], seed: PlaceholderSeed): string {
  return pem('CERTIFICATE', seed)
}

function privateKey(_words: readonly string[], seed: PlaceholderSeed): string {
  return pem('PRIVATE KEY', seed)
}

/** Well-formed by RFC 7468; what is in it is no key. */
function pem(label: string, seed: PlaceholderSeed): string {
  const body = Buffer.from(filled(seed, 96)).toString('base64')
  const lines = body.match(/.{1,64}/g) ?? []
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n')
}
