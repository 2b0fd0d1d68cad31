import type { ExportEntry, ExportFormat } from '../export-format.ts'
import { textProblem } from '../text-problem.ts'
import { tomlText } from '../toml-text.ts'
import { valueTree } from '../value-tree.ts'

/** The tree of values as TOML 1.0, with their types. */
export const format: ExportFormat = {
  name: 'toml',
  summary: 'the tree of values, with types; no null',
  shape: 'nested',
  problem,
  write: (entries) => ({ text: tomlText(valueTree(entries)) }),
}

function problem({ path, value }: ExportEntry): string | undefined {
  return value.type === 'null' ? 'TOML has no null' : textProblem(path, value)
}
