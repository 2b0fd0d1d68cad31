import { canonicalText, type Scalar } from '../../../core/scalar.ts'
import type { ExportFormat } from '../export-format.ts'
import { valueTree } from '../value-tree.ts'
import { yamlText } from '../yaml-text.ts'

/** Values for `helm --values`: YAML that Helm turns into JSON, whose numbers it holds as 64-bit floats (sigs.k8s.io/yaml). */
export const format: ExportFormat = {
  name: 'helm',
  summary: 'values for a Helm chart, as YAML',
  shape: 'nested',
  problem: ({ value }) => numberProblem(value),
  write: (entries) => ({ text: yamlText(valueTree(entries)) }),
}

function numberProblem(value: Scalar): string | undefined {
  if (value.type === 'float' && /NaN|Inf/.test(canonicalText(value))) {
    return 'Helm reads values as JSON, which has no infinite numbers and none that is no number'
  }
  if (value.type !== 'int' || Number.isSafeInteger(Number(canonicalText(value)))) return undefined
  return 'Helm reads numbers as 64-bit floats, which do not hold this one: make it a text'
}
