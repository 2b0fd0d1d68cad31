import { SecretsError } from '../../core/errors.ts'
import { shortened } from '../../keys/cannot-open.ts'
import type { Environment, Project } from '../../project/model.ts'
import { environmentsOf, type RunnerKey, type RunnerKeys } from './runner-keys.ts'

/** What is known of a job that could not open an environment. */
export interface ClosedToJob {
  /** `CANNOT_OPEN`, as the keyring throws it. */
  readonly error: SecretsError
  /** Of the file that stayed closed. */
  readonly environment: Environment | undefined
  readonly project: Project | undefined
  readonly keys: RunnerKeys
  /** Why such jobs get no key; see `CiSystem.outside`. */
  readonly outside: string | false | undefined
  /** Where the system of the job takes a key from. */
  readonly keyAdvice: string | undefined
}

/** The same error in words of pipelines: whose key the runner has, what that opens, and why it does not open this. */
export function closedToJob(closed: ClosedToJob): SecretsError {
  const { error, keys, outside } = closed
  const wanted = closed.environment?.name ?? error.place.file ?? 'this file'
  if (keys.known.length > 0) return withKeys(wanted, closed)
  if (typeof outside === 'string') {
    return reworded(error, `this is ${outside}: such jobs get no key, and ${wanted} stays closed`, {
      hint: `skip the step for such jobs, or test with values that only look right: secrets ci --placeholders ${wanted}`,
    })
  }
  if (!takesAgeKeys(closed)) return reworded(error, `the runner's own identity does not open ${wanted}`, {})
  if (keys.unknown.length > 0) return withUnknown(wanted, closed)
  return reworded(error, `the runner holds no key, and ${wanted} stays closed`, { hint: closed.keyAdvice })
}

function withKeys(wanted: string, { error, environment, project, keys }: ClosedToJob): SecretsError {
  const own = keys.known.map(labelOf).join(' and ')
  const [first] = keys.known
  if (environment === undefined || project === undefined || first === undefined) {
    return reworded(error, `the runner's key ${own} does not open ${wanted}`, {})
  }
  const open = environmentsOf(keys.known, project)
  if (open.includes(environment.name)) {
    return reworded(error, `the runner's key ${own} is for ${wanted}, but this file was not encrypted for it yet`, {
      hint: `somebody who can read it runs: secrets sync ${wanted}`,
    })
  }
  const readers = [...new Set(environment.groups.flat())].join(', ')
  const opened =
    open.length === 0
      ? `opens no environment of the configuration, so not ${wanted}`
      : `opens ${open.join(' and ')}, not ${wanted}`
  return reworded(error, `the runner's key ${own} ${opened}, because ${wanted} is for ${readers}`, {
    hint: `give this job the key of ${wanted}, or ask one of ${readers} to run: secrets grant ${first.name ?? 'NAME'} ${wanted}`,
  })
}

function withUnknown(wanted: string, { error, keys }: ClosedToJob): SecretsError {
  const places = keys.unknown.map(({ source }) => source).join(' and in ')
  const problems = keys.unknown.flatMap(({ source, problem }) => (problem === undefined ? [] : `${source}: ${problem}`))
  return reworded(error, `the runner's key in ${places} does not open ${wanted}`, { problems })
}

function labelOf({ name, recipient }: RunnerKey): string {
  return name ?? shortened(recipient)
}

/** The others are not in the hands of the job: no variable holds them. */
function takesAgeKeys({ environment, project }: ClosedToJob): boolean {
  if (environment === undefined || project === undefined) return true
  const references = environment.groups.flat().map((name) => project.recipients.get(name)?.reference ?? '')
  return references.some((reference) => /^(?:age1|ssh-)/.test(reference))
}

interface Reason {
  readonly hint?: string | undefined
  /** What the details have to say, too. */
  readonly problems?: readonly string[]
}

function reworded(error: SecretsError, message: string, { hint, problems = [] }: Reason): SecretsError {
  const told = hint ?? error.hint
  return new SecretsError('CANNOT_OPEN', message, {
    place: error.place,
    details: [...new Set([...error.details, ...problems])],
    ...(told === undefined ? {} : { hint: told }),
  })
}
