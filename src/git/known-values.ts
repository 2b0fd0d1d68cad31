import { isSecretsError, type SecretsError } from '../core/errors.ts'
import { formatPath } from '../core/path-syntax.ts'
import type { Scalar } from '../core/scalar.ts'
import type { Keyring } from '../keys/keyring.ts'
import { SecretFinder } from '../pipeline/find-secrets.ts'
import { isWorthFinding, secretForms } from '../pipeline/secret-forms.ts'
import { inParallel } from '../project/in-parallel.ts'
import { openSecretFile, type SecretFile } from '../project/secret-file.ts'

/** One form of one known value: what it belongs to, not what it is. */
export interface KnownForm {
  /** The secret file, from the top of the repository. */
  readonly file: string
  /** The entry, as people write it; '' for a binary file. */
  readonly entry: string
  readonly form: string
}

/** The values of files, ready to be found. */
export interface KnownValues {
  readonly finder: SecretFinder
  /** By the index that the finder tells. */
  readonly forms: readonly KnownForm[]
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
  const worth = [...entries.values()].filter(({ scalar }) => isWorthFinding(scalar.canonical))
  const forms = worth.flatMap(({ file, entry, scalar }) =>
    secretForms(scalar.canonical).map(({ name, bytes }) => ({ bytes, known: { file, entry, form: name } })),
  )
  return {
    finder: new SecretFinder(forms.map(({ bytes }) => bytes)),
    forms: forms.map(({ known }) => known),
    values: worth.length,
    skipped: entries.size - worth.length,
    unopened: reasons.length,
    reason: reasons[0],
  }
}

interface SecretEntry {
  readonly file: string
  readonly entry: string
  readonly scalar: Scalar
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
