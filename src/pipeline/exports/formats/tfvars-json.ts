import type { ExportFormat } from '../export-format.ts'
import { jsonText } from '../json-text.ts'
import { terraformProblem } from '../terraform-rules.ts'
import { valueTree } from '../value-tree.ts'

/** Variables of Terraform as JSON, in which a text is never a template: Terraform evaluates such files without variables. */
export const format: ExportFormat = {
  name: 'tfvars-json',
  summary: 'variables of Terraform, as JSON (.tfvars.json)',
  shape: 'nested',
  problem: terraformProblem,
  write: (entries) => ({ text: `${jsonText(valueTree(entries))}\n` }),
}
