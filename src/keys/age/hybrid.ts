import { decodeBech32 } from './bech32.ts'
import type { AgeHeader } from './header.ts'
import type { AgeIdentity } from './identity.ts'

/** Bytes of an ML-KEM-768 and an X25519 public key together (age v1.3, `age1pq1…`). */
const RECIPIENT_LENGTH = 1216
const SEED_LENGTH = 32

/** Whether the text is a well-formed `age1pq1…` recipient. */
export function isHybridRecipient(text: string): boolean {
  return decodeBech32('age1pq', text)?.length === RECIPIENT_LENGTH
}

/** The identity of an `AGE-SECRET-KEY-PQ-1…` text; undefined for any other text. */
export function parseHybridIdentity(text: string): HybridIdentity | undefined {
  return decodeBech32('AGE-SECRET-KEY-PQ-', text)?.length === SEED_LENGTH ? new HybridIdentity(text) : undefined
}

/** A post-quantum secret key. Its arithmetic is loaded when a file asks for it. */
export class HybridIdentity implements AgeIdentity {
  readonly #text: string

  constructor(text: string) {
    this.#text = text
  }

  async recipient(): Promise<string> {
    const { hybridRecipient } = await import('./post-quantum.ts')
    return hybridRecipient(this.#text)
  }

  async unwrapFileKey(header: AgeHeader): Promise<Uint8Array | undefined> {
    if (!header.stanzas.some(({ type }) => type === 'mlkem768x25519')) return undefined
    const { unwrapWithHybrid } = await import('./post-quantum.ts')
    return unwrapWithHybrid(this.#text, header)
  }
}
