import { isSecretsError } from '../../core/errors.ts'
import { formatPath } from '../../core/path-syntax.ts'
import type { Scalar } from '../../core/scalar.ts'
import { selectorOf } from '../../core/selection.ts'
import type { Path } from '../../core/tree.ts'
import { pathOf, type VisitedValue, walk } from '../../core/walk.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { openSecretFile, type SecretFile, sealedOf } from '../secret-file.ts'

/** One encrypted value. */
export interface ReadableValue {
  readonly path: Path
  /** Undefined where no key here opens the file. */
  readonly scalar: Scalar | undefined
}

/** The encrypted values of one file. */
export interface ReadableValues {
  /** By document and path, see `valueName`. Where no key here opens the file, the names alone are known. */
  readonly values: ReadonlyMap<string, ReadableValue>
  readonly opened: boolean
}

/** The encrypted values of a file, or their names where it cannot be opened. Throws `INTERRUPTED`. */
export async function readableValues(file: SecretFile, keyring: Keyring): Promise<ReadableValues> {
  try {
    const { entries } = await openSecretFile(file, keyring, { acceptPlain: true, acceptBrokenSeal: true })
    const encrypted = entries.filter((entry) => entry.encrypted && entry.scalar.type !== 'null')
    const values = encrypted.map(
      ({ document, path, scalar }) => [valueName(document, formatPath(path)), { path, scalar }] as const,
    )
    return { values: new Map(values), opened: true }
  } catch (error) {
    if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
    return { values: await namesOnly(file), opened: false }
  }
}

/** The names of the encrypted values of a file, as `readableValues` gives them. Takes no key. */
export async function valueNames(file: SecretFile): Promise<readonly string[]> {
  return [...(await namesOnly(file)).keys()]
}

/** Where the encrypted values of a file stand in it, by the names that `readableValues` gives them; from 1. Takes no key. */
export async function valuePlaces(
  file: SecretFile,
): Promise<ReadonlyMap<string, { readonly line: number; readonly column: number }>> {
  const places = new Map<string, { readonly line: number; readonly column: number }>()
  const { parsed } = sealedOf(file)
  await eachEncrypted(file, (name, { node }) => places.set(name, parsed.position(node.span.start)))
  return places
}

/** The path of a value, with the number of its document where that is not the first. */
function valueName(document: number, path: string): string {
  return document === 0 ? path : `${path} (document ${document + 1})`
}

async function namesOnly(file: SecretFile): Promise<ReadonlyMap<string, ReadableValue>> {
  const names = new Map<string, ReadableValue>()
  await eachEncrypted(file, (name, { trail }) => names.set(name, { path: pathOf(trail), scalar: undefined }))
  return names
}

async function eachEncrypted(file: SecretFile, look: (name: string, value: VisitedValue) => void): Promise<void> {
  const { parsed, metadata } = sealedOf(file)
  walk(parsed.documents, await selectorOf(file.format, metadata.selection), {
    value: (value) => {
      const { selected, node, document, trail } = value
      const isEmpty = node.scalar.type === 'null' || node.scalar.canonical.length === 0
      if (selected && !isEmpty) look(valueName(document, formatPath(pathOf(trail))), value)
    },
  })
}
