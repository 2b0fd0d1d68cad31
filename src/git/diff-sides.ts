import { join } from 'node:path'
import { isSecretsError } from '../core/errors.ts'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { environmentOf, requires } from '../project/claims.ts'
import type { Environment, Project } from '../project/model.ts'
import { shownPath } from '../project/paths.ts'
import { readTargets } from '../project/read-entry.ts'
import { type SecretFile, secretFileOf } from '../project/secret-file.ts'
import { environmentFiles, resolveTargets, type TargetFile, targetFile } from '../project/targets.ts'
import { CleanMemory } from './clean-memory.ts'
import { type CommittedFile, gitHistory } from './git-client.ts'
import { requireRepository, requireWorkTree } from './repository.ts'
import { pathInRepository, type Revision, readCommitted, readRevision } from './revision.ts'
import { UnchangedFiles } from './unchanged-files.ts'

/** Where targets are looked for. */
export interface DiffContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly project: () => Promise<Project>
  readonly projectIfAny: () => Promise<Project | undefined>
}

/** The two states that are compared, without files in clear that are known to be unchanged. */
export interface DiffSides {
  readonly revision: string
  readonly before: readonly SecretFile[]
  readonly after: readonly SecretFile[]
}

/**
 * The files of a revision and of the work tree. The first word is a revision unless it is an environment, a file or a glob. Throws
 * `GIT_FAILED`, `UNKNOWN_TARGET` and what reading files throws.
 */
export async function readSides(words: readonly string[], context: DiffContext): Promise<DiffSides> {
  const { cwd, env } = context
  const project = await context.projectIfAny()
  const place = { cwd: await requireWorkTree({ cwd, env }), env }
  const [first, ...others] = words
  const isRevision =
    first !== undefined &&
    !(await isTarget(first, project, cwd)) &&
    (await gitHistory(place).commitOf(first)) !== undefined
  const revision = await readRevision(isRevision ? first : 'HEAD', place)
  const targets = isRevision ? others : words
  const chosen = await chooseFiles(targets, revision, context)
  const after = await readTargets(chosen.after, { project })
  const memory = new CleanMemory(async () => (await requireRepository(place)).commonFolder)
  const unchanged = new UnchangedFiles(after, memory)
  const before = await committedFiles(chosen.before, revision, { ...context, unchanged })
  return { revision: revision.name, before, after: unchanged.without(after) }
}

async function isTarget(word: string, project: Project | undefined, cwd: string): Promise<boolean> {
  if (project?.environments.some(({ name }) => name === word) === true) return true
  return resolveTargets([word], { project, cwd }).then(
    () => true,
    (error) => !(isSecretsError(error) && error.code === 'UNKNOWN_TARGET'),
  )
}

interface Chosen {
  readonly before: readonly CommittedFile[]
  readonly after: readonly TargetFile[]
}

async function chooseFiles(targets: readonly string[], revision: Revision, context: DiffContext): Promise<Chosen> {
  const project = targets.length === 0 ? await context.project() : await context.projectIfAny()
  const environments = (project?.environments ?? []).filter(
    ({ name }) => targets.length === 0 || targets.includes(name),
  )
  const paths = targets.filter((target) => !environments.some(({ name }) => name === target))
  const [inTree, named] = await Promise.all([
    project === undefined ? [] : environmentFiles(project, context.cwd, environments),
    chooseNamed(paths, revision, context),
  ])
  const committed = project === undefined ? [] : await committedOf(project, environments, revision)
  return { before: unique([...committed, ...named.before]), after: uniqueTargets([...inTree, ...named.after]) }
}

/** Files by name, those that are gone from the work tree too. */
async function chooseNamed(paths: readonly string[], revision: Revision, context: DiffContext): Promise<Chosen> {
  const { cwd } = context
  const project = await context.projectIfAny()
  const before: CommittedFile[] = []
  const after: TargetFile[] = []
  for (const path of paths) {
    const gone = await committedAt(join(cwd, path), revision)
    const found = await resolveTargets([path], { project, cwd }).catch((error: unknown) => {
      if (gone === undefined) throw error
      return []
    })
    const old = await Promise.all(found.map((file) => committedAt(file.path, revision)))
    before.push(...old.flatMap((file) => file ?? []), ...(gone === undefined ? [] : [gone]))
    after.push(...found)
  }
  return { before, after }
}

async function committedAt(path: string, { root, files }: Revision): Promise<CommittedFile | undefined> {
  const wanted = await pathInRepository(root, path)
  return files.find((file) => file.path === wanted)
}

/** The files of a commit that belong to environments; paths of a project below the repository's root are its own. */
async function committedOf(
  project: Project,
  environments: readonly Environment[],
  { root, files }: Revision,
): Promise<readonly CommittedFile[]> {
  const prefix = await pathInRepository(root, join(project.root, 'x')).then((path) => path.slice(0, -1))
  return files.filter(({ path }) => {
    if (!path.startsWith(prefix)) return false
    const environment = environmentOf(project, path.slice(prefix.length))
    return environment !== undefined && environments.includes(environment)
  })
}

async function committedFiles(
  files: readonly CommittedFile[],
  revision: Revision,
  context: DiffContext & { readonly unchanged: UnchangedFiles },
): Promise<readonly SecretFile[]> {
  const { cwd, env, unchanged } = context
  const project = await context.projectIfAny()
  const prefix = project === undefined ? undefined : await pathInRepository(revision.root, join(project.root, 'x'))
  const contents = await readCommitted(files, { cwd: revision.root, env })
  const read = await Promise.all(
    files.map(async ({ path }, index) => {
      const bytes = contents[index] ?? new Uint8Array()
      const target = await committedTarget(path, revision, { project, prefix: prefix?.slice(0, -1), cwd })
      if (!isSecretFile(target, bytes) || (await unchanged.matches({ path, place: target.path, bytes })))
        return undefined
      return secretFileOf(target, bytes)
    }),
  )
  return read.flatMap((file) => file ?? [])
}

/** As the same file of the work tree is called, so that the two find each other. */
async function committedTarget(
  path: string,
  { root }: Revision,
  {
    project,
    prefix,
    cwd,
  }: { readonly project: Project | undefined; readonly prefix: string | undefined; readonly cwd: string },
): Promise<TargetFile> {
  const real = join(root, path)
  const inProject = project !== undefined && prefix !== undefined && path.startsWith(prefix)
  const place = inProject ? join(project.root, path.slice(prefix.length)) : real
  return targetFile(place, shownPath(cwd, place), { project })
}

/** What only a regular expression covers is a secret file once it is encrypted, as in the work tree. */
function isSecretFile({ environment, relative }: TargetFile, bytes: Uint8Array): boolean {
  return environment === undefined || requires(environment, relative) || encryptedAs(bytes, 'binary') !== undefined
}

function unique(files: readonly CommittedFile[]): readonly CommittedFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()]
}

function uniqueTargets(files: readonly TargetFile[]): readonly TargetFile[] {
  return [...new Map(files.map((file) => [file.path, file])).values()]
}
