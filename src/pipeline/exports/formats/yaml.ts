import type { ExportFormat } from '../export-format.ts'
import { textProblem } from '../text-problem.ts'
import { valueTree } from '../value-tree.ts'
import { yamlText } from '../yaml-text.ts'

/** The tree of values as YAML that every version reads alike, with their types; times are texts. */
export const format: ExportFormat = {
  name: 'yaml',
  summary: 'the tree of values, with types',
  shape: 'nested',
  problem: ({ path, value }) => textProblem(path, value),
  write: (entries) => ({ text: yamlText(valueTree(entries)) }),
}
