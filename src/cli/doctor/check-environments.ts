import { isSecretsError } from '../../core/errors.ts'
import { inParallel } from '../../project/in-parallel.ts'
import type { Environment, Project } from '../../project/model.ts'
import { openingSubject } from '../../project/opening-subject.ts'
import { readTargets } from '../../project/read-entry.ts'
import { type FindStored, isInClear, type SecretFile, sealedOf } from '../../project/secret-file.ts'
import { environmentFiles } from '../../project/targets.ts'
import type { CommandContext } from '../context.ts'
import { findStored } from '../stored-files.ts'
import { type Check, type Finding, problemOf } from './finding.ts'

/** Files in clear that are named; what is more is counted. */
const MAX_NAMED = 5

const PARALLEL = 8

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
    const stored = findStored(context)
    const files = await readTargets(targets, { project, stored })
    const unprotected = await inParallel(files, PARALLEL, async (file) => {
      return file.sealed === undefined && !(await isNew(file, stored)) ? [file] : []
    })
    return [
      ...(await openingFindings(environment.name, files, context)),
      ...plainFindings(environment.name, unprotected.flat()),
    ]
  } catch (error) {
    return [problemOf(error)]
  }
}

/** A file that lies in clear on purpose, and that git encrypts when it is added. */
async function isNew(file: SecretFile, stored: FindStored): Promise<boolean> {
  return file.fromIndex !== true && isInClear(file) && (await stored(file.target)).isFiltered
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
    await (await context.keyring()).open(sealedOf(first).metadata, openingSubject(first.target, sealedOf(first)))
    return [{ state: 'ok', message: `${name}: opens (${shown})` }]
  } catch (error) {
    if (isSecretsError(error) && error.code === 'CANNOT_OPEN') {
      return [{ state: 'note', message: `${name}: no key here opens ${shown}` }]
    }
    return [problemOf(error)]
  }
}

function plainFindings(name: string, files: readonly SecretFile[]): readonly Finding[] {
  const plain = files.map(({ target }) => target.shown)
  if (plain.length === 0) return []
  const shown = plain.slice(0, MAX_NAMED).join(', ')
  const more = plain.length > MAX_NAMED ? ` and ${plain.length - MAX_NAMED} more` : ''
  const decrypted = files[0]?.target.environment?.checkout === 'decrypted'
  const mend = decrypted ? 'secrets install, then git add --renormalize .' : `secrets encrypt ${name}`
  return [{ state: 'problem', message: `${name}: in clear: ${shown}${more}`, mend }]
}
