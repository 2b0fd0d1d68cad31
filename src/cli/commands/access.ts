import { SecretsError } from '../../core/errors.ts'
import { accessMatrix } from '../../project/access/access-matrix.ts'
import { pastAccess } from '../../project/access/past-access.ts'
import { environmentNamed } from '../../project/claims.ts'
import { canonicalNames } from '../../project/differences.ts'
import type { Environment, Project } from '../../project/model.ts'
import { historyRows, matrixRows } from '../access/matrix-report.ts'
import { pastVersions } from '../access/past-versions.ts'
import { csvLines, markdownLines, tableLines } from '../access/table.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { findStored } from '../stored-files.ts'

/** `secrets access` */
export const command: Command = defineCommand({
  name: 'access',
  group: 'access',
  summary: 'show who can read which environment',
  description: [
    'Lists recipients and environments, from the configuration and from the files themselves; ! marks where the two differ, which ' +
      '"secrets sync" mends. It takes no key.',
    'With --history it lists who could ever read which value, in all commits of all branches and tags. Rewriting history does not take ' +
      'back what was fetched before.',
  ],
  examples: [
    { line: 'secrets access', description: 'all environments' },
    { line: 'secrets access --markdown production', description: 'for a review' },
    { line: 'secrets access --history --csv > access.csv', description: 'for an audit' },
  ],
  positionals: { environments: { arity: 'many', description: 'environments (all)', complete: 'environment' } },
  options: {
    history: { type: 'boolean', description: 'who could ever read what, from the history of git' },
    markdown: { type: 'boolean', description: 'as a table of Markdown', conflicts: ['csv', 'json'] },
    csv: { type: 'boolean', description: 'as comma-separated values', conflicts: ['json'] },
  },
  json: true,
  async run({ environments: names, history, markdown, csv }, context) {
    const project = await context.project()
    const environments = chosen(names, project)
    const { rows, json } = await (history ? past(environments, context) : present(environments, context))
    if (context.json) return context.terminal.json(json)
    const lines = markdown ? markdownLines(rows) : csv ? csvLines(rows) : tableLines(rows)
    return context.terminal.line(lines.join('\n'))
  },
})

function chosen(names: readonly string[], project: Project): readonly Environment[] {
  if (names.length === 0) return project.environments
  return names.map((name) => {
    const environment = environmentNamed(project, name)
    if (environment !== undefined) return environment
    throw new SecretsError('UNKNOWN_TARGET', `there is no environment called ${name}`, {
      hint: `there are: ${project.environments.map((each) => each.name).join(', ')}`,
    })
  })
}

interface Findings {
  readonly rows: readonly (readonly string[])[]
  readonly json: unknown
}

async function present(environments: readonly Environment[], context: CommandContext): Promise<Findings> {
  const { cwd } = context
  const [project, keyring] = [await context.project(), await context.keyring()]
  const found = await accessMatrix({ project, keyring, cwd, environments, stored: findStored(context) })
  const names = environments.map(({ name }) => name)
  const json = found.map(({ name, ...row }) => ({ name: name ?? null, ...row }))
  return { rows: matrixRows(found, names), json }
}

async function past(environments: readonly Environment[], context: CommandContext): Promise<Findings> {
  const [project, keyring] = [await context.project(), await context.keyring()]
  const known = await canonicalNames(project, keyring)
  const found = await pastAccess(await pastVersions(environments, context), [...known.keys()], keyring)
  const json = found.map((access) => ({ name: known.get(access.reference) ?? null, ...access }))
  return { rows: historyRows(found, (reference) => known.get(reference) ?? reference), json }
}
