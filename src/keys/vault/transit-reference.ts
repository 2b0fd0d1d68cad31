/** A key of a Vault transit engine as one URL, as sops's metadata, and in parts. */
import type { KeyEntry } from '../../core/metadata-model.ts'

/** A key of a transit engine. */
export interface TransitKey {
  /** Scheme, host and port, as `URL.origin` writes them. */
  readonly address: string
  /** Mount of the engine; may have slashes. */
  readonly engine: string
  readonly name: string
}

const SEGMENT = '[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}'
const URI = new RegExp(`^(https?://[^/?#@\\\\\\s]+)/v1/(${SEGMENT}(?:/${SEGMENT}){0,15})/keys/(${SEGMENT})/?$`)
const ENGINE = new RegExp(`^${SEGMENT}(?:/${SEGMENT}){0,15}$`)
const NAME = new RegExp(`^${SEGMENT}$`)

/** The canonical URL of a key: `https://HOST[:PORT]/v1/ENGINE/keys/NAME`. */
export function transitReference({ address, engine, name }: TransitKey): string {
  return `${address}/v1/${engine}/keys/${name}`
}

/** The parts of such a URL; undefined for anything else, also for one with a user, a query or `..` in it. */
export function parseTransitReference(text: string): TransitKey | undefined {
  const [, address = '', engine = '', name = ''] = URI.exec(text) ?? []
  const origin = originOf(address)
  return origin === undefined ? undefined : { address: origin, engine, name }
}

/** The key of an entry of sops's `hc_vault` list; undefined when it is malformed. */
export function transitKeyOfEntry({ fields }: KeyEntry): TransitKey | undefined {
  const { vault_address: address, engine_path: engine, key_name: name } = fields
  if (typeof address !== 'string' || typeof engine !== 'string' || typeof name !== 'string') return undefined
  const origin = originOf(address.replace(/\/$/, ''))
  const mount = engine.replace(/^\/|\/$/g, '')
  if (origin === undefined || !ENGINE.test(mount) || !NAME.test(name)) return undefined
  return { address: origin, engine: mount, name }
}

/** Scheme, host and port of an address that has nothing else; undefined for any other. */
export function originOf(address: string): string | undefined {
  if (!URL.canParse(address) || !/^https?:\/\/[^/?#@\\\s]+$/i.test(address)) return undefined
  return new URL(address).origin
}
