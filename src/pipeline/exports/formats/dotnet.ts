import type { Path } from '../../../core/tree.ts'
import { valueText } from '../../choice/value-text.ts'
import type { ExportFormat } from '../export-format.ts'
import { flattened } from '../flattened.ts'
import { textProblem } from '../text-problem.ts'

/** Keys of .NET's configuration: colons between sections and before indices, case does not count (`ConfigurationPath`). */
export const format: ExportFormat = {
  name: 'dotnet',
  summary: 'user secrets of .NET: … | dotnet user-secrets set',
  shape: 'nested',
  problem: ({ path, value }) => textProblem(path, value) ?? keyProblem(path),
  write: (entries) => {
    const values = flattened(
      entries,
      (path) => path.join(':'),
      (key) => key.toUpperCase(),
    )
    return {
      text: `${JSON.stringify(Object.fromEntries(values.map(([key, { value }]) => [key, valueText(value)])), undefined, 2)}\n`,
    }
  },
}

function keyProblem(path: Path): string | undefined {
  return path.some((key) => key === '' || String(key).includes(':'))
    ? 'its key is empty or has a colon, which stands between keys'
    : undefined
}
