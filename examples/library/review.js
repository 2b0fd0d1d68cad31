/**
 * A check for pull requests: what changed in the secrets since a branch, whether all is encrypted as it should be, whether a
 * value leaked into another file, and what production lacks that staging has. Prints names, never values.
 *
 *   node review.js origin/main
 */
import { isSecretsError, openRepository, openSecrets } from 'secretsrc'

const base = process.argv[2] ?? 'origin/main'

try {
  const [repository, secrets] = [openRepository({ env: process.env }), openSecrets({ env: process.env })]
  for (const { file, entries } of await repository.diff(base)) {
    for (const { change, path } of entries) console.log(`${change}: ${path} in ${file}`)
  }
  for (const { entries } of await secrets.compare('staging', 'production')) {
    const missing = entries.filter(({ comparison }) => comparison === 'left only')
    for (const { path } of missing) console.log(`production lacks ${path}`)
  }
  const { problems } = await repository.check({ range: `${base}..HEAD` })
  for (const { rule, file, message } of problems) console.error(`${file}: ${message} (${rule})`)
  const { leaks } = await repository.scan()
  for (const { file, line, path } of leaks) console.error(`${file}:${line}: holds the value of ${path}`)
  process.exitCode = problems.length + leaks.length === 0 ? 0 : 1
} catch (error) {
  if (!isSecretsError(error)) throw error
  console.error(`${error.code}: ${error.message}`)
  if (error.hint !== undefined) console.error(error.hint)
  process.exitCode = 1
}
