import { canonicalText, type Scalar } from '../../../core/scalar.ts'
import { isScalar, type PlainValue } from '../../../core/tree.ts'
import type { ExportFormat } from '../export-format.ts'
import { terraformProblem } from '../terraform-rules.ts'
import { valueTree } from '../value-tree.ts'

/** Variables of Terraform as JSON, in which a text is never a template: Terraform evaluates such files without variables. */
export const format: ExportFormat = {
  name: 'tfvars-json',
  summary: 'variables of Terraform, as JSON (.tfvars.json)',
  shape: 'nested',
  problem: terraformProblem,
  write: (entries) => ({ text: `${jsonText(valueTree(entries), '')}\n` }),
}

function jsonText(value: PlainValue, indent: string): string {
  if (isScalar(value)) return scalarText(value)
  const inner = `${indent}  `
  const parts =
    value.kind === 'list'
      ? value.elements.map((element) => jsonText(element, inner))
      : value.entries.map(([key, child]) => `${JSON.stringify(key)}: ${jsonText(child, inner)}`)
  const [open, close] = value.kind === 'list' ? ['[', ']'] : ['{', '}']
  if (parts.length === 0) return `${open}${close}`
  return `${open}\n${inner}${parts.join(`,\n${inner}`)}\n${indent}${close}`
}

function scalarText(value: Scalar): string {
  const text = canonicalText(value)
  if (value.type === 'null') return 'null'
  if (value.type === 'bool') return text === 'True' ? 'true' : 'false'
  return value.type === 'int' || value.type === 'float' ? text : JSON.stringify(text)
}
