import { join } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { findProjectIfAny } from '../project/find-project.ts'
import type { Project } from '../project/model.ts'
import { readSecretsrc } from '../project/read-secretsrc.ts'
import { type IsWanted, wantedFiles } from '../project/wanted-files.ts'
import { commitNamed, committedFiles, indexFiles } from './changed-files.ts'
import type { CheckedRange } from './check-repository.ts'
import { GitObjects } from './git-objects.ts'
import { INDEX_TREE, judgedConfigs } from './judged-configs.ts'
import type { FindConfig } from './path-configs.ts'
import { requireRepository } from './repository.ts'
import type { GitOptions } from './run-git.ts'

/** Where a repository is looked for, and which configuration was named. */
export interface ViewContext {
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  /** A configuration in the place of the one that git holds. */
  readonly configFile: string | undefined
  readonly project: () => Promise<Project>
  /** Has an action run when all is done. */
  readonly onExit: (action: () => void) => void
}

/** What `check`, `scan` and the hooks see of a repository. */
export interface RepositoryView {
  /** Absolute path of the top of the work tree, or of the bare repository. */
  readonly top: string
  /** With `top` as its folder. */
  readonly git: GitOptions
  readonly objects: GitObjects
  readonly config: FindConfig
}

/** Opens the repository around the current folder; `treeish` says whose configuration holds. Throws `GIT_FAILED`. */
export async function viewRepository(context: ViewContext, treeish: string = INDEX_TREE): Promise<RepositoryView> {
  const { env, configFile } = context
  const found = await requireRepository(context)
  const top = found.top ?? found.commonFolder
  const git = { cwd: top, env }
  const objects = new GitObjects(git)
  context.onExit(() => objects.close())
  const isNamed = [configFile, env['SECRETS_CONFIG'], env['SOPS_CONFIG']].some(
    (name) => name !== undefined && name !== '',
  )
  const config = judgedConfigs({
    top,
    treeish,
    objects,
    named: isNamed ? await context.project() : undefined,
    parse: (content, file) => readSecretsrc(content, file),
    load: (folder) => findProjectIfAny({ cwd: folder, env }),
  })
  return { top, git, objects, config }
}

/** The range that a word such as `main..HEAD` names; undefined when it is no such word. Throws `UNKNOWN_TARGET`. */
export async function commitRange(
  word: string | undefined,
  { git }: Pick<RepositoryView, 'git'>,
): Promise<(CheckedRange & { readonly kind: 'commits' }) | undefined> {
  const [, from = '', to = ''] = /^([^.].*?)?\.{2,3}([^./\\].*)?$/s.exec(word ?? '') ?? []
  if (word === undefined || (from === '' && to === '')) return undefined
  const [base, tip] = await Promise.all([from, to].map((name) => commitNamed(name === '' ? 'HEAD' : name, git)))
  if (base !== undefined && tip !== undefined) return { kind: 'commits', revisions: [tip, `^${base}`], tip }
  throw new SecretsError('UNKNOWN_TARGET', `git knows no range ${word}`, { hint: 'git log lists commits' })
}

/**
 * Whether a file is one of the targets; undefined without any. Files that only a commit of `range` has can be named too. Throws
 * `UNKNOWN_TARGET`, `CONFIG_INVALID`.
 */
export async function wantedIn(
  targets: readonly string[],
  view: RepositoryView,
  { cwd, range = { kind: 'all' } }: { readonly cwd: string; readonly range?: CheckedRange },
): Promise<IsWanted | undefined> {
  const project = targets.length === 0 ? undefined : await view.config('.secretsrc')
  return wantedFiles(targets, { project, cwd }, async () => {
    const past = range.kind === 'commits' ? await committedFiles(range.revisions, view.git) : []
    return [...(await indexFiles(view.git)).files, ...past].map(({ path }) => join(view.top, path))
  })
}
