/** Blobs of key services as texts of the metadata. */
import type { KeyEntry } from '../core/metadata-model.ts'

/** The text of `enc`; undefined when it is none. */
export function encOf({ fields }: KeyEntry): string | undefined {
  return typeof fields['enc'] === 'string' ? fields['enc'].trim() : undefined
}

/** Bytes of a strict base64 (standard alphabet, padded) of at most `longest` bytes; undefined for anything else. */
export function fromBase64(text: string | undefined, longest: number): Uint8Array | undefined {
  if (text === undefined || text === '' || text.length > longest * 2) return undefined
  if (text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined
  return bounded(Buffer.from(text, 'base64'), longest)
}

/** Bytes of a base64url without padding (RFC 4648, section 5) of at most `longest` bytes. */
export function fromBase64Url(text: string | undefined, longest: number): Uint8Array | undefined {
  if (text === undefined || text === '' || text.length > longest * 2) return undefined
  const bare = text.replace(/={1,2}$/, '')
  if (bare.length % 4 === 1 || !/^[A-Za-z0-9_-]+$/.test(bare)) return undefined
  return bounded(Buffer.from(bare, 'base64url'), longest)
}

function bounded(bytes: Uint8Array, longest: number): Uint8Array | undefined {
  // A copy: small buffers share their memory with others.
  return bytes.length === 0 || bytes.length > longest ? undefined : new Uint8Array(bytes)
}
