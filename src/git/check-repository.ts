/** `secrets check`: judges what git holds, or is about to hold, never the work tree. */
import { join } from 'node:path'
import type { Keyring } from '../keys/keyring.ts'
import { type CheckProblem, isLeak, shellWord } from '../project/check-problem.ts'
import { requires } from '../project/claims.ts'
import { inParallel } from '../project/in-parallel.ts'
import { missingFiles } from '../project/missing-files.ts'
import type { Project } from '../project/model.ts'
import { shownPath } from '../project/paths.ts'
import type { TargetFile } from '../project/targets.ts'
import { type AttributedFile, attributeProblems } from './attribute-problems.ts'
import { committedFiles, indexFiles, type StoredFile, stagedFiles } from './changed-files.ts'
import { type ContentFindings, contentProblems, fromError } from './content-problems.ts'
import type { GitObjects } from './git-objects.ts'
import type { FindConfig } from './path-configs.ts'
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'
import { lastSealChanges } from './sealed-history.ts'
import { trackedFile } from './tracked-file.ts'

/** Which contents are judged: all of the index, what the next commit brings in, or what commits bring in. */
export type CheckedRange =
  | { readonly kind: 'all' }
  | { readonly kind: 'staged' }
  | { readonly kind: 'commits'; readonly revisions: readonly string[]; readonly tip: string }

/** What checking needs. */
export interface CheckOptions {
  /** `cwd` is the top of the work tree. */
  readonly git: GitOptions
  readonly objects: Pick<GitObjects, 'readFirst'>
  /** The configuration that holds for a path, as git has it. */
  readonly config: FindConfig
  readonly keyring: Keyring
  readonly checkMac: boolean
  readonly requireSeal?: boolean
  readonly now: Date
  /** Where the reader is: files are named from there. */
  readonly from: string
  /** Whether a file is meant; all are by default. */
  readonly isWanted?: (file: TargetFile) => boolean
}

/** What `secrets check` found. */
export interface CheckFindings {
  readonly problems: readonly CheckProblem[]
  /** Secret files that were judged, each once. */
  readonly files: number
  /** Those of them whose MAC no key here could check. */
  readonly macUnchecked: number
  /** Those without a seal that should have one, with the commit that had it last or took it, where one had. */
  readonly unsealed: readonly UnsealedFile[]
}

/** A file without a seal. */
export interface UnsealedFile {
  readonly file: string
  readonly commit: string | undefined
}

const PARALLEL = 8

/** Judges what `range` names. Throws `GIT_FAILED`, `CONFIG_INVALID` and what else is not about one file. */
export async function checkRepository(range: CheckedRange, options: CheckOptions): Promise<CheckFindings> {
  const { files, unmerged } = await chosenFiles(range, options)
  const isFinal = range.kind === 'commits' ? await filesOfTip(range.tip, options) : (): boolean => true
  const judged = await inParallel(files, PARALLEL, (file) => judge(file, isFinal(file), options))
  const inTree = judged.flatMap((one) => (one.findings.isSecretFile && isFinal(one.file) ? [one] : []))
  const attributed = await attributedFiles(range, inTree, options)
  const attributes = await attributeProblems(attributed, { ...options.git, objects: options.objects })
  const missing = range.kind === 'all' ? await missingProblems(files, options) : []
  return {
    problems: [
      ...unmerged.map((path) => unmergedProblem(shownFrom(path, options))),
      ...judged.flatMap(({ findings }) => findings.problems),
      ...attributes,
      ...missing,
    ],
    files: new Set(judged.filter(({ findings }) => findings.isSecretFile).map(({ path }) => path)).size,
    macUnchecked: inTree.filter(({ findings }) => findings.macUnchecked).length,
    unsealed: await unsealedFiles(inTree, options),
  }
}

/**
 * The files whose attributes are judged. A commit that changes attributes counts for files that it leaves alone too: what is added to
 * them next would be stored in clear.
 */
async function attributedFiles(
  range: CheckedRange,
  judged: readonly AttributedFile[],
  options: CheckOptions,
): Promise<readonly AttributedFile[]> {
  if (range.kind === 'commits') return []
  return range.kind === 'staged' && (await changesAttributes(options.git)) ? secretIndexFiles(options) : judged
}

async function changesAttributes(git: GitOptions): Promise<boolean> {
  const args = ['diff', '--cached', '--quiet', '--no-ext-diff', '--no-textconv', '--', ':(top,glob)**/.gitattributes']
  const { status } = await tryGit(args, git)
  return status !== 0
}

async function secretIndexFiles({ git, config, isWanted, from }: CheckOptions): Promise<readonly AttributedFile[]> {
  const { files } = await indexFiles(git)
  const encrypted = await suspectPaths(git)
  const found = await inParallel(files, PARALLEL, async ({ path }) => {
    // A configuration that cannot be read is told where a file is judged by it.
    const project = await config(path).catch(() => undefined)
    const target = { ...trackedFile(git.cwd, path, project), shown: shownPath(from, join(git.cwd, path)) }
    const { environment, relative } = target
    const isSecret = environment !== undefined && (requires(environment, relative) || encrypted.has(path))
    return isSecret && isWanted?.(target) !== false ? [{ path, project, target }] : []
  })
  return found.flat()
}

async function unsealedFiles(judged: readonly Judged[], options: CheckOptions): Promise<readonly UnsealedFile[]> {
  const paths = judged.filter(({ findings }) => findings.unsealed).map(({ path }) => path)
  const commits = await lastSealChanges(paths, options.git)
  return paths.map((path) => ({ file: shownFrom(path, options), commit: commits.get(path) }))
}

async function chosenFiles(
  range: CheckedRange,
  options: CheckOptions,
): Promise<{ readonly files: readonly StoredFile[]; readonly unmerged: readonly string[] }> {
  if (range.kind === 'commits') return { files: await committedFiles(range.revisions, options.git), unmerged: [] }
  if (range.kind === 'staged') return { files: await stagedFiles(options.git), unmerged: [] }
  const { files, unmerged } = await indexFiles(options.git)
  const suspects = await suspectPaths(options.git)
  const chosen = await inParallel(files, PARALLEL, async (file) => {
    return suspects.has(file.path) || (await claimed(file.path, options)) ? [file] : []
  })
  const conflicts = await inParallel(unmerged, PARALLEL, async (path) => ((await claimed(path, options)) ? [path] : []))
  return { files: chosen.flat(), unmerged: conflicts.flat() }
}

/** Whether an environment claims the path; a doubtful claim is for the judge to tell. */
async function claimed(path: string, { git, config }: CheckOptions): Promise<boolean> {
  try {
    return trackedFile(git.cwd, path, await config(path)).environment !== undefined
  } catch (error) {
    fromError(error)
    return true
  }
}

/** Files that may be encrypted, or hold a key, whatever they are called: git searches its index faster than we read it. */
async function suspectPaths(git: GitOptions): Promise<ReadonlySet<string>> {
  const args = ['grep', '--no-color', '--cached', '-l', '-z', '-F', '-e', 'ENC[AES256_GCM,', '-e', 'AGE-SECRET-KEY-']
  // Status 1 says that there are none.
  const { stdout } = await tryGit(args, git)
  return new Set(nulSeparated(stdout))
}

async function filesOfTip(tip: string, { git }: CheckOptions): Promise<(file: StoredFile) => boolean> {
  const listed = nulSeparated(await runGit(['ls-tree', '-r', '-z', '--full-tree', tip], git))
  const entries = new Set(listed.map((line) => line.replace(/^\d+ \w+ /, '')))
  return ({ object, path }) => entries.has(`${object}\t${path}`)
}

interface Judged extends AttributedFile {
  readonly file: StoredFile
  readonly findings: ContentFindings
}

const NOTHING: ContentFindings = { isSecretFile: false, problems: [], macUnchecked: false, unsealed: false }

async function judge(file: StoredFile, final: boolean, options: CheckOptions): Promise<Judged> {
  const { path, object } = file
  const shown = shownFrom(path, options)
  const base = { path, file, project: undefined, target: trackedFile(options.git.cwd, path, undefined) }
  let located: Pick<Judged, 'project' | 'target'>
  try {
    const project = await options.config(path)
    located = { project, target: { ...trackedFile(options.git.cwd, path, project), shown } }
  } catch (error) {
    const problem = { ...fromError(error), file: shown }
    return { ...base, findings: { ...NOTHING, problems: [problem] } }
  }
  if (options.isWanted?.(located.target) === false) return { ...base, findings: NOTHING }
  const bytes = (await options.objects.readFirst([object])) ?? Buffer.alloc(0)
  const { project, target } = located
  const found = await contentProblems(target, bytes, { ...options, project, checkMac: options.checkMac && final })
  return { ...base, ...located, findings: final ? inCommit(found, file) : inCommit(leaksOf(found), file) }
}

/** What a later commit mended is of no matter, unless it gives a secret away. */
function leaksOf(found: ContentFindings): ContentFindings {
  return { ...found, problems: found.problems.filter(isLeak), macUnchecked: false, unsealed: false }
}

function inCommit(found: ContentFindings, { commit }: StoredFile): ContentFindings {
  if (commit === undefined) return found
  const problems = found.problems.map((problem) => ({
    ...problem,
    commit,
    ...(isLeak(problem) ? historyHint(commit) : {}),
  }))
  return { ...found, problems }
}

function historyHint(commit: string): { readonly hint: string } {
  return { hint: `a later commit does not take it back: rewrite this one, git rebase -i ${commit.slice(0, 10)}~1` }
}

function unmergedProblem(file: string): CheckProblem {
  const message = 'the file is in the middle of a merge'
  return { rule: 'conflict-markers', message, file, hint: `secrets merge ${shellWord(file)}` }
}

/** Names of files in the configuration that git does not have. Patterns promise nothing. */
async function missingProblems(files: readonly StoredFile[], options: CheckOptions): Promise<readonly CheckProblem[]> {
  const { git, config, isWanted } = options
  const project = await config('.secretsrc').catch(() => undefined)
  if (project === undefined || isWanted !== undefined) return []
  const tracked = files.map(({ path }) => trackedFile(git.cwd, path, project))
  return missingIn(project, tracked, options)
}

function missingIn(project: Project, tracked: readonly TargetFile[], { from }: CheckOptions): readonly CheckProblem[] {
  const file = shownPath(from, project.file)
  return missingFiles(project.environments, tracked)
    .filter(({ isFile }) => isFile)
    .map(({ environment, pattern }) => ({
      rule: 'missing-file',
      message: `${pattern.text} of environment ${environment.name} is not in git`,
      hint: 'make it and add it, or take it out of the configuration',
      file,
      ...(pattern.place.line === undefined ? {} : { line: pattern.place.line }),
      ...(pattern.place.column === undefined ? {} : { column: pattern.place.column }),
    }))
}

function shownFrom(path: string, { git, from }: CheckOptions): string {
  return shownPath(from, join(git.cwd, path))
}
