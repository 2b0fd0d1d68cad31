import { canonicalText, type Scalar } from '../../../core/scalar.ts'
import type { ExportFormat } from '../export-format.ts'
import { jsonText } from '../json-text.ts'
import { textProblem } from '../text-problem.ts'
import { valueTree } from '../value-tree.ts'

/** The tree of values as JSON, with their types. */
export const format: ExportFormat = {
  name: 'json',
  summary: 'the tree of values, with types',
  shape: 'nested',
  problem: ({ path, value }) => textProblem(path, value) ?? numberProblem(value),
  write: (entries) => ({ text: `${jsonText(valueTree(entries))}\n` }),
}

/** What readers agree on (RFC 8259, section 6): numbers that 64-bit floats hold. */
function numberProblem(value: Scalar): string | undefined {
  if (value.type === 'float' && /NaN|Inf/.test(canonicalText(value))) {
    return 'JSON has no infinite numbers, and none that is no number'
  }
  if (value.type !== 'int' || Number.isSafeInteger(Number(canonicalText(value)))) return undefined
  return 'many readers of JSON hold numbers as 64-bit floats, which do not hold this one: make it a text'
}
