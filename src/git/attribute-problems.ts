/** Whether git hands the files of environments to our filter, by the attributes that are about to be committed. */
import { relative, sep } from 'node:path'
import { type CheckProblem, shellWord } from '../project/check-problem.ts'
import type { Project } from '../project/model.ts'
import type { TargetFile } from '../project/targets.ts'
import { blockOf } from './attributes-text.ts'
import type { GitObjects } from './git-objects.ts'
import { DRIVER } from './local-config.ts'
import { type GitOptions, nulSeparated, runGit } from './run-git.ts'

/** A secret file with its configuration. */
export interface AttributedFile {
  /** Relative to the top of the work tree. */
  readonly path: string
  readonly target: TargetFile
  readonly project: Project | undefined
}

/**
 * Files of environments that git would store as they are. Only where the repository means to use our filter: its
 * `.gitattributes` has our lines or names any of the files, or an environment is checked out decrypted.
 */
export async function attributeProblems(
  files: readonly AttributedFile[],
  options: GitOptions & { readonly objects: Pick<GitObjects, 'readFirst'> },
): Promise<readonly CheckProblem[]> {
  const claimed = files.filter(({ target }) => target.environment !== undefined)
  if (claimed.length === 0) return []
  const filtered = await filteredPaths(claimed, options)
  const bare = claimed.filter(({ path }) => !filtered.has(path))
  const decrypted = bare.some(({ target }) => target.environment?.checkout === 'decrypted')
  if (bare.length === 0 || !(decrypted || filtered.size > 0 || (await hasOurLines(bare, options)))) return []
  return bare.map(({ target }) => ({
    rule: 'no-attributes',
    message: 'git would store this file in clear: .gitattributes does not name it',
    hint: `secrets install && git add .gitattributes ${shellWord(target.shown)}`,
    file: target.shown,
  }))
}

async function filteredPaths(files: readonly AttributedFile[], options: GitOptions): Promise<ReadonlySet<string>> {
  const input = files.map(({ path }) => `${path}\0`).join('')
  const output = await runGit(['check-attr', '--cached', '-z', '--stdin', 'filter'], { ...options, input })
  const parts = nulSeparated(output)
  return new Set(parts.filter((_, index) => index % 3 === 0 && parts[index + 2] === DRIVER))
}

async function hasOurLines(
  files: readonly AttributedFile[],
  { cwd, objects }: GitOptions & { readonly objects: Pick<GitObjects, 'readFirst'> },
): Promise<boolean> {
  const folders = new Set(files.flatMap(({ project }) => (project === undefined ? [] : [project.root])))
  const names = [...folders].map((folder) => relative(cwd, folder).split(sep).join('/'))
  const texts = await Promise.all(
    ['', ...names].map((name) => objects.readFirst([`:0:${name === '' ? '' : `${name}/`}.gitattributes`])),
  )
  return texts.some((text) => text !== undefined && blockOf(text.toString('utf8')) !== undefined)
}
