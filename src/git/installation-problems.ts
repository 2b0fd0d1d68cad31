/** What keeps git from encrypting and decrypting in a clone: for `doctor`, `status`, the hooks and `install --check`. */
import { stat } from 'node:fs/promises'
import { relative } from 'node:path'
import type { Project } from '../project/model.ts'
import { attributesState } from './attributes.ts'
import { missingHooks } from './hooks.ts'
import { type ConfigScope, configValues, DRIVER, quotedWords } from './local-config.ts'
import { overriddenFiles } from './overridden-files.ts'
import { plainBlobs } from './plain-blobs.ts'
import type { GitOptions } from './run-git.ts'

/** Something that keeps git from encrypting, and what mends it. */
export interface InstallationProblem {
  readonly problem: string
  readonly hint: string
  /** Set where nothing is wrong but that nobody ran `install` here, or not for this part. */
  readonly missing?: true
}

/** The clone that is looked at. */
export interface InstalledClone {
  readonly project: Project
  /** Absolute path of the top of the work tree. */
  readonly top: string
}

/** All that is not as `install` would leave it, and what it could not undo. Throws `GIT_FAILED`. */
export async function installationProblems(
  clone: InstalledClone,
  { hooks }: { readonly hooks: boolean },
  { env }: Pick<GitOptions, 'env'>,
): Promise<readonly InstallationProblem[]> {
  const git = { cwd: clone.top, env }
  const plain = await plainBlobs(clone.project, git)
  return [
    ...(await driverProblems(git)),
    ...(await attributesProblems(clone, git)),
    ...(hooks ? await hookProblems(clone.top, git) : []),
    ...(plain.length === 0 ? [] : [plainProblem(plain)]),
  ]
}

/** What is wrong with the drivers: a few questions to git's configuration. Throws `GIT_FAILED`. */
export async function driverProblems(git: GitOptions): Promise<readonly InstallationProblem[]> {
  const filter = await setting(`filter.${DRIVER}.process`, git)
  if (filter === undefined) {
    const problem = 'git does not encrypt, decrypt, show or merge secret files in this clone'
    return [{ problem, hint: INSTALL, missing: true }]
  }
  const [textconv, merge, required, cached] = await Promise.all([
    setting(`diff.${DRIVER}.textconv`, git),
    setting(`merge.${DRIVER}.driver`, git),
    setting(`filter.${DRIVER}.required`, git),
    setting(`diff.${DRIVER}.cachetextconv`, git),
  ])
  const gone = await missingPrograms(filter.value)
  const problems: InstallationProblem[] = gone.map((path) => ({
    problem: `git is to start ${path}, which is not there any more`,
    hint: filter.scope === 'global' ? `${INSTALL} --global` : INSTALL,
  }))
  if (required?.value !== 'true') {
    problems.push({ problem: 'git would store files in clear when encrypting them fails', hint: INSTALL })
  }
  if (textconv !== undefined && KEPT.test(cached?.value ?? 'false')) {
    problems.push({ problem: 'git keeps values that it shows in clear among its objects', hint: FORGET })
  }
  if (textconv === undefined) {
    problems.push({ problem: 'git shows secret files as they lie encrypted', hint: INSTALL, missing: true })
  }
  if (merge === undefined) {
    problems.push({ problem: 'git merges secret files line by line', hint: INSTALL, missing: true })
  }
  return problems
}

const INSTALL = 'secrets install'

/** How git spells that a setting is on; a number counts as well, and so does a name without a value. */
const KEPT = /^(?:true|yes|on|[1-9]\d*|)$/i

/** What a cache of textconv is made of: notes, and objects that nothing else names. */
const FORGET = `${INSTALL} && git update-ref -d refs/notes/textconv/${DRIVER} && git gc --prune=now`

/** Whether `.gitattributes` says what the configuration wants. Throws what `attributesState` throws. */
async function attributesProblems(
  { project, top }: InstalledClone,
  git: GitOptions,
): Promise<readonly InstallationProblem[]> {
  const { state, file } = await attributesState(project, top)
  if (state === 'current') {
    const overridden = await overriddenFiles(project, git)
    return overridden.length === 0 ? [] : [overriddenProblem(overridden)]
  }
  const problem = `${relative(top, file)} does not name the files of all environments`
  return [{ problem, hint: INSTALL, ...(state === 'missing' ? { missing: true } : {}) }]
}

async function hookProblems(top: string, git: GitOptions): Promise<readonly InstallationProblem[]> {
  const missing = await missingHooks({ top, git })
  return missing.map(({ name, state }) => ({
    problem: `no ${name} hook checks what git takes`,
    hint: state === 'elsewhere' ? `call "secrets hook ${name}" from your own ${name} hook` : INSTALL,
    missing: true,
  }))
}

/** What to do is up to whoever wrote the other line. */
export function overriddenProblem(files: readonly string[]): InstallationProblem {
  return {
    problem: `other lines of .gitattributes keep git from encrypting ${files.join(', ')}`,
    hint:
      'take out what names them below our lines, in a .gitattributes of a folder below, or in info/attributes of the .git folder; ' +
      '"git check-attr filter FILE" is to say "secrets"',
  }
}

/** Git does not look at a file again that it believes to be unchanged, whatever filter it got since. */
export function plainProblem(plain: readonly string[]): InstallationProblem {
  const [first = '', ...others] = plain
  return {
    problem:
      others.length === 0
        ? `git has ${first} in clear`
        : `git has ${plain.length} secret files in clear: ${plain.join(', ')}`,
    hint: 'run "git add --renormalize ." and commit; what was committed in clear is to be changed at its source',
  }
}

interface Setting {
  readonly value: string
  readonly scope: ConfigScope
}

/** The value that holds; undefined where there is none. */
async function setting(key: string, git: GitOptions): Promise<Setting | undefined> {
  const [all, local] = await Promise.all([configValues(key, git), configValues(key, git, 'local')])
  const value = all.at(-1)
  return value === undefined ? undefined : { value, scope: local.length > 0 ? 'local' : 'global' }
}

async function missingPrograms(command: string): Promise<readonly string[]> {
  const paths = quotedWords(command)
  const there = await Promise.all(paths.map(exists))
  return paths.filter((_, index) => there[index] === false)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
