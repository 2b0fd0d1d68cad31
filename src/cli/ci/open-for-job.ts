import { readFile } from 'node:fs/promises'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import type { CiSystem } from '../../pipeline/ci/ci-system.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'
import { resolveTargets } from '../../project/targets.ts'
import { openChosen } from '../choice/chosen-entries.ts'
import type { ReadChoice } from '../choice/read-choice.ts'
import type { CommandContext } from '../context.ts'
import { type ClosedToJob, closedToJob } from './closed-to-job.ts'
import { placeholderFiles } from './placeholder-files.ts'
import { runnerKeys } from './runner-keys.ts'

/** What a job opens, and how. */
export interface JobRequest {
  readonly targets: readonly string[]
  readonly choice: ReadChoice
  readonly system: CiSystem | undefined
  /** Whether a job that gets no key is given values that only look right. */
  readonly placeholders: boolean
}

/** Files of a job. */
export interface JobFiles {
  readonly files: readonly DecryptedFile[]
  /** Whether their encrypted values only stand for others. */
  readonly arePlaceholders: boolean
}

/**
 * Decrypts the files of a job. Where its key does not open them, says in words of pipelines why; where it has none because its
 * change is from outside, gives placeholders if they are wanted. A job that should have a key never gets them.
 */
export async function openForJob(request: JobRequest, context: CommandContext): Promise<JobFiles> {
  try {
    return { files: await openChosen(request.targets, request.choice, context), arePlaceholders: false }
  } catch (error) {
    if (!isSecretsError(error) || error.code !== 'CANNOT_OPEN') throw error
    const closed = await whyClosed(error, request, context)
    if (!request.placeholders) throw closedToJob(closed)
    if (!getsNoKey(closed)) throw notOutside(closedToJob(closed))
    const files = await placeholderFiles(await targetsOf(request, context), context)
    const why = typeof closed.outside === 'string' ? `this is ${closed.outside}` : 'the runner holds no key'
    context.terminal.warn(`${why}: encrypted values are placeholders`, 'deploy nothing with them')
    return { files, arePlaceholders: true }
  }
}

async function whyClosed(error: SecretsError, request: JobRequest, context: CommandContext): Promise<ClosedToJob> {
  const { system } = request
  const targets = await targetsOf(request, context)
  return {
    error,
    environment: targets.find(({ shown }) => shown === error.place.file)?.environment,
    project: await context.projectIfAny(),
    keys: await runnerKeys(context),
    outside: await system?.outside?.(context.env, readJobFile),
    keyAdvice: system?.keyAdvice,
  }
}

async function targetsOf({ targets }: JobRequest, context: CommandContext): ReturnType<typeof resolveTargets> {
  return resolveTargets(targets, { project: await context.projectIfAny(), cwd: context.cwd })
}

/** Events of GitHub are some ten thousand bytes long. */
async function readJobFile(path: string): Promise<string | undefined> {
  return path === '' ? undefined : readFile(path, 'utf8').catch(() => undefined)
}

/** A system that does not say whether a change is from outside has to be believed by what the job holds. */
function getsNoKey({ outside, keys }: ClosedToJob): boolean {
  if (outside !== undefined) return typeof outside === 'string'
  return keys.known.length + keys.unknown.length === 0
}

function notOutside({ message, place, details, hint }: SecretsError): SecretsError {
  return new SecretsError('CANNOT_OPEN', message, {
    place,
    details: [...details, 'placeholders are for changes from outside, whose jobs get no key; this job should have one'],
    ...(hint === undefined ? {} : { hint }),
  })
}
