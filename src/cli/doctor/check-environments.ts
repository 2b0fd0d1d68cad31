import { isSecretsError } from '../../core/errors.ts'
import type { Environment, Project } from '../../project/model.ts'
import { readTargets } from '../../project/read-entry.ts'
import { type SecretFile, sealedOf } from '../../project/secret-file.ts'
import { environmentFiles } from '../../project/targets.ts'
import type { CommandContext } from '../context.ts'
import { type Check, type Finding, problemOf } from './finding.ts'

/** Files in clear that are named; what is more is counted. */
const MAX_NAMED = 5

/** Which environments can be opened here, tried with one file of each, and which files are in clear. */
export const environments: Check = {
  topic: 'environments',
  find: async ({ context, project }) => {
    if (project === undefined) return [{ state: 'note', message: 'not looked at without a configuration' }]
    const found: Finding[] = []
    for (const environment of project.environments) found.push(...(await look(environment, project, context)))
    return found
  },
}

async function look(environment: Environment, project: Project, context: CommandContext): Promise<readonly Finding[]> {
  try {
    const targets = await environmentFiles(project, context.cwd, [environment])
    const files = await readTargets(targets, { project })
    return [...(await openingFindings(environment.name, files, context)), ...plainFindings(environment.name, files)]
  } catch (error) {
    return [problemOf(error)]
  }
}

async function openingFindings(
  name: string,
  files: readonly SecretFile[],
  context: CommandContext,
): Promise<readonly Finding[]> {
  const [first] = files.filter(({ sealed }) => sealed !== undefined)
  if (files.length === 0) return [{ state: 'note', message: `${name}: no files yet` }]
  if (first === undefined) return []
  const { shown } = first.target
  try {
    await (await context.keyring()).open(sealedOf(first).metadata)
    return [{ state: 'ok', message: `${name}: opens (${shown})` }]
  } catch (error) {
    if (isSecretsError(error) && error.code === 'CANNOT_OPEN') {
      return [{ state: 'note', message: `${name}: no key here opens ${shown}` }]
    }
    return [problemOf(error)]
  }
}

function plainFindings(name: string, files: readonly SecretFile[]): readonly Finding[] {
  const plain = files.filter(({ sealed }) => sealed === undefined).map(({ target }) => target.shown)
  if (plain.length === 0) return []
  const shown = plain.slice(0, MAX_NAMED).join(', ')
  const more = plain.length > MAX_NAMED ? ` and ${plain.length - MAX_NAMED} more` : ''
  return [{ state: 'problem', message: `${name}: in clear: ${shown}${more}`, mend: `secrets encrypt ${name}` }]
}
