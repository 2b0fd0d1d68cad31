import { decodeUtf8 } from '../core/decode-value.ts'
import { isSecretsError, type SecretsError } from '../core/errors.ts'
import { formatPath } from '../core/path-syntax.ts'
import type { Scalar } from '../core/scalar.ts'
import type { Keyring } from '../keys/keyring.ts'
import { REPORTING } from '../pipeline/redaction/finding-rule.ts'
import { SecretIndex } from '../pipeline/redaction/redactor.ts'
import { isWorthFinding } from '../pipeline/worth-finding.ts'
import { inParallel } from '../project/in-parallel.ts'
import { openSecretFile, type SecretFile } from '../project/secret-file.ts'

/** What a known value belongs to, not what it is. */
export interface KnownEntry {
  /** The secret file, from the top of the repository. */
  readonly file: string
  /** The entry, as people write it; '' for a binary file. */
  readonly entry: string
}

/** The values of files, ready to be found. */
export interface KnownValues {
  readonly index: SecretIndex
  /** By the number of a secret in the index. */
  readonly owners: readonly KnownEntry[]
  /** Values that are looked for, and those that are too short or too common. */
  readonly values: number
  readonly skipped: number
  /** Files that no key here opens, or that are damaged, with the reason of the first. */
  readonly unopened: number
  readonly reason: SecretsError | undefined
}

const PARALLEL = 8

/** Opens files and prepares their encrypted values. Throws only what is not about a file. */
export async function knownValues(files: readonly SecretFile[], keyring: Keyring): Promise<KnownValues> {
  const reasons: SecretsError[] = []
  const opened = await inParallel(files, PARALLEL, async (file) => {
    try {
      return await secretEntries(file, keyring)
    } catch (error) {
      if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
      reasons.push(error)
      return []
    }
  })
  const entries = new Map(opened.flat().map((entry) => [contentKey(entry.scalar), entry]))
  const worth = [...entries.values()].filter(({ scalar }) => isLookedFor(scalar.canonical))
  const secrets = worth.map(({ entry, scalar }) => ({ name: entry, value: scalar.canonical }))
  return {
    index: new SecretIndex(secrets, REPORTING),
    owners: worth,
    values: worth.length,
    skipped: entries.size - worth.length,
    unopened: reasons.length,
    reason: reasons[0],
  }
}

interface SecretEntry extends KnownEntry {
  readonly scalar: Scalar
}

function isLookedFor(value: string | Uint8Array): boolean {
  const text = typeof value === 'string' ? value : decodeUtf8(value)
  if (text !== undefined) return REPORTING.isFound(text)
  return isWorthFinding(Buffer.from(value))
}

async function secretEntries(file: SecretFile, keyring: Keyring): Promise<readonly SecretEntry[]> {
  const { entries } = await openSecretFile(file, keyring, { acceptPlain: true, acceptBrokenSeal: true })
  const isBinary = file.format.plainContent !== undefined
  return entries
    .filter(({ encrypted, scalar }) => encrypted && scalar.canonical.length > 0 && scalar.type !== 'bool')
    .map(({ path, scalar }) => ({ file: file.target.shown, entry: isBinary ? '' : formatPath(path), scalar }))
}

function contentKey({ canonical }: Scalar): string {
  return Buffer.from(canonical).toString('latin1')
}
