import { randomBytes, randomInt, randomUUID } from 'node:crypto'
import { SecretsError } from '../core/errors.ts'

/** Kinds of random values. */
export const GENERATED_KINDS = ['alnum', 'hex', 'base64', 'base64url', 'uuid'] as const

/** A kind of random value. */
export type GeneratedKind = (typeof GENERATED_KINDS)[number]

/** What is to be generated: a kind, or characters to draw from. */
export type GenerateOptions = {
  /** Characters for `alnum` and an alphabet, bytes before they are encoded for the others; default 32. None for `uuid`. */
  readonly length?: number | undefined
} & ({ readonly kind: GeneratedKind } | { readonly alphabet: string })

/** 32 bytes are 256 bits, 32 letters and digits 190. */
const DEFAULT_LENGTH = 32

/** More is a file, not a password. */
const MAX_LENGTH = 65_536

const ALPHANUMERIC = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789'

/**
 * A random text from the system's secure source, every character equally likely. Throws `USAGE` for a length of 0, one
 * beyond 65,536, a uuid with a length, and an alphabet with fewer than two characters or one that it has twice.
 */
export function generateValue(options: GenerateOptions): string {
  const length = options.length ?? DEFAULT_LENGTH
  if (length < 1 || length > MAX_LENGTH) {
    throw new SecretsError('USAGE', `a generated value has 1 to ${MAX_LENGTH} characters or bytes`, {
      hint: 'choose another --length',
    })
  }
  if ('alphabet' in options) return draw(checkedAlphabet(options.alphabet), length)
  if (options.kind === 'alnum') return draw(Array.from(ALPHANUMERIC), length)
  if (options.kind !== 'uuid') return randomBytes(length).toString(options.kind)
  if (options.length === undefined) return randomUUID()
  throw new SecretsError('USAGE', 'a uuid has one length only', { hint: 'leave out --length' })
}

/** `randomInt` draws again where a remainder would favour some characters. */
function draw(alphabet: readonly string[], length: number): string {
  return Array.from({ length }, () => alphabet[randomInt(alphabet.length)]).join('')
}

function checkedAlphabet(text: string): readonly string[] {
  const characters = Array.from(text)
  const problem =
    characters.length < 2 ? 'fewer than two characters' : hasTwice(characters) ? 'a character twice' : undefined
  if (problem === undefined) return characters
  throw new SecretsError('USAGE', `the alphabet has ${problem}`, {
    hint: 'list every character once: --alphabet 0123456789abcdef',
  })
}

function hasTwice(characters: readonly string[]): boolean {
  return new Set(characters).size < characters.length
}
