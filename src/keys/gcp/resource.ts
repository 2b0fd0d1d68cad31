import type { KeyEntry } from '../../core/metadata-model.ts'

/**
 * sops accepts `^projects/[^/]+/locations/[^/]+/keyRings/[^/]+/cryptoKeys/[^/]+$`; the text becomes part of a URL, so
 * it is held to the characters that Google allows (project ids of a domain have `:` and `.`).
 */
const RESOURCE =
  /^projects\/[a-z0-9][a-z0-9.:-]{0,127}\/locations\/[a-z0-9-]{1,63}\/keyRings\/[A-Za-z0-9_-]{1,63}\/cryptoKeys\/[A-Za-z0-9_-]{1,63}$/

/** Whether a text is the resource id of a key; one of a version is none, for sops too. */
export function isKeyResource(text: string): boolean {
  return RESOURCE.test(text)
}

/** The resource id of an entry of sops's `gcp_kms` list; undefined when it is malformed. */
export function resourceOfEntry({ fields }: KeyEntry): string | undefined {
  const { resource_id: resource } = fields
  return typeof resource === 'string' && isKeyResource(resource) ? resource : undefined
}
