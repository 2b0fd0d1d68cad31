import type { KeyContext } from '../key-provider.ts'
import type { IdentitySource } from './identity-source.ts'
import { ageIdentitySources } from './identity-sources.ts'

/** One place for identities, and what is in it; nothing secret. */
export interface FoundSource {
  readonly source: string
  /** Public names of its identities. */
  readonly recipients: readonly string[]
  /** The programs of its identities that only a plugin knows: `age-plugin-yubikey`. */
  readonly plugins: readonly string[]
  readonly problem?: string
  readonly warnings: readonly string[]
}

/**
 * Looks into every place for age identities, in order: reads files, runs commands, asks for passphrases.
 * For reports (`doctor`); opening a file stops at the first that fits. Throws only when the user interrupts.
 */
export function findIdentities(context: KeyContext): Promise<readonly FoundSource[]> {
  return lookInto(ageIdentitySources(context))
}

/** The same for these places. */
export async function lookInto(sources: readonly IdentitySource[]): Promise<readonly FoundSource[]> {
  const found: FoundSource[] = []
  for (const source of sources) {
    const { identities, problem, warnings } = await source.load('')
    const names = await Promise.all(identities.map((identity) => identity.recipient()))
    const recipients = names.filter((name) => name !== undefined)
    const plugins = identities.flatMap(({ label }) => label ?? [])
    found.push({ source: source.name, recipients, plugins, warnings, ...(problem === undefined ? {} : { problem }) })
  }
  return found
}
