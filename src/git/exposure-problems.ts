/** Values that somebody could read who no longer can, and that were not changed since, as `secrets check` tells them. */
import { SecretsError } from '../core/errors.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type ExposedValue, exposures } from '../project/access/exposure.ts'
import { namedReferences } from '../project/access/named-references.ts'
import { valuePlaces } from '../project/access/readable-values.ts'
import { type CheckProblem, shellWord } from '../project/check-problem.ts'
import { canonicalNames } from '../project/differences.ts'
import { inParallel } from '../project/in-parallel.ts'
import type { Project } from '../project/model.ts'
import type { SecretFile } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import { ALL_COMMITS, allVersions, isShallow } from './all-versions.ts'
import type { GitObjects } from './git-objects.ts'
import { pastClaims } from './past-claims.ts'
import type { FindConfig } from './path-configs.ts'
import type { GitOptions } from './run-git.ts'
import { encryptedFiles } from './scan-sources.ts'
import { trackedFile } from './tracked-file.ts'

/** What finding exposed values needs. */
export interface ExposureProblemsOptions {
  /** `cwd` is the top of the work tree. */
  readonly git: GitOptions
  readonly objects: Pick<GitObjects, 'readFirst'>
  readonly config: FindConfig
  readonly keyring: Keyring
  /** The commit whose files are those of now; the index by default. */
  readonly commit: string | undefined
  /** How the reader calls a path of the repository. */
  readonly shownAs: (path: string) => string
  /** Former recipients, by name or by key, who may know what they know. */
  readonly except?: readonly string[]
  readonly isWanted?: ((file: TargetFile) => boolean) | undefined
}

const PARALLEL = 8

/**
 * One problem for each value of the files of now that a former recipient knows, and one for each file of which no key here can tell. Throws
 * `GIT_FAILED`, for a shallow clone above all: what it does not have cannot be looked at.
 */
export async function exposureProblems(options: ExposureProblemsOptions): Promise<readonly CheckProblem[]> {
  const { git, objects, config, keyring, commit } = options
  if (await isShallow(git)) throw shallow()
  const revisions = [ALL_COMMITS, ...(commit === undefined ? [] : [commit])]
  const formerly = await pastClaims({ git, objects, revisions })
  const targetOf = async (path: string): Promise<TargetFile | undefined> => {
    const target = trackedFile(git.cwd, path, await config(path))
    const environment = target.environment ?? formerly(path)
    return environment === undefined ? undefined : { ...target, environment }
  }
  const present = await encryptedFiles(options, undefined, commit)
  const versions = await allVersions({ ...git, targetOf, ...(commit === undefined ? {} : { tips: [commit] }) })
  const names = await namesOf(present, options)
  const except = await namedReferences(options.except ?? [], names, keyring)
  const known = [...names.keys()]
  const found = await exposures({ versions, present, keyring, known, references: undefined, except })
  const values = found.flatMap(({ reference, values: ofOne }) =>
    ofOne.map((value) => ({ ...value, reader: names.get(reference) ?? reference })),
  )
  const wanted = present.filter(({ target }) => options.isWanted?.(target) !== false)
  const problems = await inParallel(wanted, PARALLEL, (file) => problemsOf(file, values, options))
  return problems.flat()
}

type KnownValue = ExposedValue & { readonly reader: string }

async function problemsOf(
  file: SecretFile,
  known: readonly KnownValue[],
  { shownAs }: ExposureProblemsOptions,
): Promise<readonly CheckProblem[]> {
  const here = known.filter((value) => value.file === file.target.shown)
  const shown = shownAs(file.target.shown)
  const exposed = here.filter(({ state }) => state === 'exposed')
  const places = exposed.length === 0 ? new Map() : await valuePlaces(file)
  const paths = [...new Set(exposed.map(({ path }) => path))]
  const problems = paths.map(
    (path): CheckProblem => ({
      rule: 'exposed-value',
      message: `${readers(exposed.filter((value) => value.path === path))} could read this value, and it is still in use`,
      hint: `change it at its source, then: secrets set ${shellWord(shown)}${path === '' ? '' : ` ${shellWord(path)}`}`,
      file: shown,
      path,
      ...places.get(path),
    }),
  )
  const unknown = here.filter(({ state }) => state === 'unknown')
  return unknown.length === 0 ? problems : [...problems, untold(unknown, shown)]
}

function untold(values: readonly KnownValue[], file: string): CheckProblem {
  const count = new Set(values.map(({ path }) => path)).size
  return {
    rule: 'exposed-value',
    message: `${readers(values)} could read ${count === 1 ? 'a value' : `${count} values`}, and no key here tells whether ${count === 1 ? 'it was' : 'they were'} changed`,
    hint: 'check with a key that opens the file',
    file,
  }
}

function readers(values: readonly KnownValue[]): string {
  return [...new Set(values.map(({ reader }) => reader))].join(', ')
}

/** Names of all configurations that concern the files, by canonical reference. */
async function namesOf(
  files: readonly SecretFile[],
  { config, keyring }: ExposureProblemsOptions,
): Promise<ReadonlyMap<string, string>> {
  const paths = ['.secretsrc', ...files.map(({ target }) => target.shown)]
  const projects = new Set<Project>()
  for (const path of paths) {
    const project = await config(path)
    if (project !== undefined) projects.add(project)
  }
  const names = await Promise.all([...projects].map(async (project) => [...(await canonicalNames(project, keyring))]))
  return new Map(names.flat())
}

function shallow(): SecretsError {
  return new SecretsError('GIT_FAILED', 'the clone is shallow: who could read what in older commits cannot be told', {
    hint: 'git fetch --unshallow; in GitHub Actions: actions/checkout with fetch-depth: 0',
  })
}
