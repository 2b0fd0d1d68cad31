import { isSecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { Scalar } from '../../core/scalar.ts'
import { selectorOf } from '../../core/selection.ts'
import { pathOf, walk } from '../../core/walk.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { openSecretFile, type SecretFile, sealedOf } from '../secret-file.ts'

/** The encrypted values of one file. */
export interface ReadableValues {
  /** By document and path, see `valueName`. Undefined for all where no key here opens the file: the names alone are known. */
  readonly values: ReadonlyMap<string, Scalar | undefined>
  readonly opened: boolean
}

/** The encrypted values of a file, or their names where it cannot be opened. Throws `INTERRUPTED`. */
export async function readableValues(file: SecretFile, keyring: Keyring): Promise<ReadableValues> {
  try {
    const { entries } = await openSecretFile(file, keyring, { acceptPlain: true })
    const encrypted = entries.filter((entry) => entry.encrypted && entry.scalar.type !== 'null')
    const values = encrypted.map(
      ({ document, path, scalar }) => [valueName(document, formatPath(path)), scalar] as const,
    )
    return { values: new Map(values), opened: true }
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return { values: await namesOnly(file), opened: false }
  }
}

/** The path of a value, with the number of its document where that is not the first. */
function valueName(document: number, path: string): string {
  return document === 0 ? path : `${path} (document ${document + 1})`
}

async function namesOnly(file: SecretFile): Promise<ReadonlyMap<string, undefined>> {
  const { parsed, metadata } = sealedOf(file)
  const names = new Map<string, undefined>()
  walk(parsed.documents, await selectorOf(file.format, metadata.selection), {
    value: ({ selected, node, document, trail }) => {
      const isEmpty = node.scalar.type === 'null' || node.scalar.canonical.length === 0
      if (selected && !isEmpty) names.set(valueName(document, formatPath(pathOf(trail))), undefined)
    },
  })
  return names
}
