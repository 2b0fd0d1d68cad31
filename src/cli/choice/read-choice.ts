import { SecretsError } from '../../core/errors.ts'
import { closest } from '../../core/similar-names.ts'
import type { Declaration, EntryChoice } from '../../pipeline/choice/choice.ts'
import type { Job } from '../../project/model.ts'
import type { CommandContext } from '../context.ts'
import type { ChoiceArguments } from './choice-options.ts'

/** A choice of entries, and the environments that it is for. */
export interface ReadChoice extends EntryChoice {
  /** The job that it is, where it is one. */
  readonly job?: Job
}

/**
 * What the options choose; the file of a mapping and the jobs of the configuration are read. Takes no key: to be called before
 * anything is decrypted. Throws `USAGE` for a job that there is not, `CONFIG_INVALID` for a mapping with a mistake, `FILE_NOT_FOUND`,
 * `READ_FAILED`, and what reading the configuration throws.
 */
export async function readChoice(args: ChoiceArguments, context: CommandContext): Promise<ReadChoice> {
  const { only, except, upperCase, prefix, allowName, map } = args
  const job = args.job === undefined ? undefined : await jobNamed(args.job, context)
  const declared = job ?? (map === undefined ? undefined : await readMapping(map, context))
  return {
    only,
    except,
    upperCase,
    prefix,
    allowedNames: allowName,
    caseSensitive: context.platform !== 'win32',
    ...(declared === undefined ? {} : { declared: { pass: declared.pass, map: declared.map } }),
    ...(job === undefined ? {} : { job }),
  }
}

async function jobNamed(name: string, context: CommandContext): Promise<Job> {
  const { jobs } = await context.project()
  const found = jobs.find((job) => job.name === name)
  if (found !== undefined) return found
  const names = jobs.map((job) => job.name)
  const near = closest(name, names)
  const known =
    names.length === 0 ? 'the configuration declares none: add it to "jobs"' : `jobs are ${names.join(', ')}`
  throw new SecretsError('USAGE', `there is no job ${name}`, {
    hint: near === undefined ? known : `did you mean --job ${near}?`,
  })
}

/** Read late: the parser of configurations is what most runs do without. */
async function readMapping(file: string, { cwd }: CommandContext): Promise<Declaration> {
  const { readMapFile } = await import('../../project/read-map-file.ts')
  return { pass: [], map: await readMapFile(file, cwd) }
}
