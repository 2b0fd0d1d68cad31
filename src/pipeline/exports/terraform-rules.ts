/** What Terraform and OpenTofu can hold as the value of a variable, in either notation. */
import { canonicalText } from '../../core/scalar.ts'
import type { Path } from '../../core/tree.ts'
import type { ExportEntry } from './export-format.ts'

/** Names that a `variable` block cannot have: meta-arguments of modules (Terraform's documents, "Input variables"). */
const RESERVED = new Set(['source', 'version', 'providers', 'count', 'for_each', 'lifecycle', 'depends_on', 'locals'])

/** Why Terraform cannot hold an entry, as the end of a sentence. */
export function terraformProblem({ path, value }: ExportEntry): string | undefined {
  const name = String(path[0])
  if (!/^[A-Za-z_][A-Za-z0-9_-]*$/.test(name)) {
    return 'a variable of Terraform has letters, digits, _ and - alone, and begins with no digit'
  }
  if (RESERVED.has(name)) return `a variable of Terraform cannot be called ${name}`
  if (!isNormal(path)) return 'Terraform changes keys to the normal form NFC, and this one has another form'
  const text = canonicalText(value)
  if (value.type === 'float') {
    return /NaN|Inf/.test(text) ? 'Terraform has no infinite numbers and none that is no number' : undefined
  }
  // cty, `StringVal`: every text is normalised when it is read.
  return text === text.normalize('NFC')
    ? undefined
    : 'Terraform changes texts to the normal form NFC, and this value has another form'
}

function isNormal(path: Path): boolean {
  return path.every((key) => typeof key === 'number' || key === key.normalize('NFC'))
}
