import { formatPath } from '../../core/path-syntax.ts'
import { canonicalText } from '../../core/scalar.ts'
import { whyNotMasked } from '../../pipeline/redaction/maskable.ts'
import type { NamedSecret } from '../../pipeline/redaction/redactor.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'

/** The encrypted values of files, split by whether a log can bear that they are masked. */
export interface FileSecrets {
  readonly masked: readonly NamedSecret[]
  /** Names of the others, each with the reason. */
  readonly left: readonly string[]
}

/** What is to be masked of decrypted files; null and empty texts are nothing. A binary file is one value. */
export function fileSecrets(files: readonly DecryptedFile[]): FileSecrets {
  const masked: NamedSecret[] = []
  const left: string[] = []
  for (const { name, value } of files.flatMap(valuesOf)) {
    const reason = typeof value === 'string' ? whyNotMasked(value) : undefined
    if (reason === undefined) masked.push({ name, value })
    else if (value.length > 0) left.push(`${name} (${reason})`)
  }
  return { masked, left: [...new Set(left)] }
}

function valuesOf({ file, open, content }: DecryptedFile): readonly NamedSecret[] {
  if (file.format.plainContent !== undefined) return [{ name: file.target.shown, value: content }]
  return open.entries
    .filter(({ encrypted, scalar }) => encrypted && scalar.type !== 'null')
    .map(({ path, scalar }) => ({ name: formatPath(path), value: canonicalText(scalar) }))
}
