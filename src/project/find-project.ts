import { readFile, stat } from 'node:fs/promises'
import { basename, dirname, join, relative, resolve } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { MAX_CONFIG_BYTES } from './config-limits.ts'
import type { Project } from './model.ts'

/** Our configuration's name. */
export const SECRETSRC_NAME = '.secretsrc'

/** sops's configuration's name. */
export const SOPS_CONFIG_NAME = '.sops.yaml'

/** Folders that sops looks into, from the current one upward (`maxDepth` of `FindConfigFile`). */
const MAX_SOPS_LEVELS = 100

/** Where to look, as values. */
export interface FindProjectOptions {
  /** Absolute path of the current folder. */
  readonly cwd: string
  /** `--config`: a path, relative to `cwd` or absolute. */
  readonly config?: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/** Where a configuration is, and how it is to be read. */
interface ConfigLocation {
  /** Absolute path. */
  readonly file: string
  readonly source: Project['source']
  readonly warnings: readonly string[]
}

/**
 * The project of a folder. Throws `CONFIG_NOT_FOUND` when there is no configuration, `CONFIG_INVALID` or `LIMIT_EXCEEDED`
 * for one that cannot be used, `READ_FAILED` for one that cannot be read.
 */
export async function findProject(options: FindProjectOptions): Promise<Project> {
  const project = await findProjectIfAny(options)
  if (project !== undefined) return project
  throw new SecretsError(
    'CONFIG_NOT_FOUND',
    `no ${SECRETSRC_NAME} here or in a folder above, and no ${SOPS_CONFIG_NAME}`,
    {
      hint: 'run "secrets init" at the root of the repository',
    },
  )
}

/** The same for commands that can do without: undefined when no configuration is named and none is found. */
export async function findProjectIfAny(options: FindProjectOptions): Promise<Project | undefined> {
  const location = await findConfig(options)
  return location === undefined ? undefined : loadProject(location, options.cwd)
}

/**
 * The root of a folder's project, without reading the configuration: for commands that are given files and need
 * nothing else of it. Throws as `findProjectIfAny` but for what is in the file.
 */
export async function findProjectRoot(options: FindProjectOptions): Promise<string | undefined> {
  const location = await findConfig(options)
  return location === undefined ? undefined : dirname(location.file)
}

/**
 * The configuration that holds: `config`, `SECRETS_CONFIG`, `SOPS_CONFIG`; else the nearest `.secretsrc` upward within the
 * repository; else the nearest `.sops.yaml` upward, as sops finds it. Throws `CONFIG_NOT_FOUND` when a named one is missing.
 */
async function findConfig({ cwd, config, env }: FindProjectOptions): Promise<ConfigLocation | undefined> {
  const named = [
    { path: config, by: '--config' },
    { path: env['SECRETS_CONFIG'], by: 'SECRETS_CONFIG' },
    { path: env['SOPS_CONFIG'], by: 'SOPS_CONFIG' },
  ].find(({ path }) => path !== undefined && path !== '')
  if (named?.path !== undefined) return namedConfig(resolve(cwd, named.path), named.by)
  return (await findSecretsrc(cwd)) ?? (await findSopsConfig(cwd))
}

/** Reads a configuration that was found. */
async function loadProject(location: ConfigLocation, cwd: string): Promise<Project> {
  const content = await readConfig(location.file)
  const shown = shownPath(location.file, cwd)
  // The parser of configurations costs more start-up than all else; where there is none it stays unloaded.
  const { readConfigOf } = await import('./read-config.ts')
  const project = await readConfigOf(location.source, content, { file: location.file, shown })
  return { ...project, warnings: [...location.warnings, ...project.warnings] }
}

function shownPath(file: string, cwd: string): string {
  const path = relative(cwd, file)
  return path === '' || path.length > file.length ? file : path
}

async function namedConfig(file: string, by: string): Promise<ConfigLocation> {
  if (!(await isFile(file))) {
    throw new SecretsError('CONFIG_NOT_FOUND', `the configuration that ${by} names does not exist`, { place: { file } })
  }
  return { file, source: await sourceOf(file), warnings: [] }
}

/** A name tells, where it is a usual one; else what only sops's configuration has. */
async function sourceOf(file: string): Promise<Project['source']> {
  const name = basename(file)
  if (name.endsWith(SECRETSRC_NAME)) return 'secretsrc'
  if (name.endsWith(SOPS_CONFIG_NAME) || name.endsWith('.sops.yml')) return 'sops'
  const { sourceOfContent } = await import('./read-config.ts')
  return sourceOfContent(await readConfig(file), file)
}

async function readConfig(file: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(file)
    // One byte more than allowed is enough for the parser to refuse.
    return size > MAX_CONFIG_BYTES ? new Uint8Array(MAX_CONFIG_BYTES + 1) : await readFile(file)
  } catch (error) {
    throw new SecretsError('READ_FAILED', 'the configuration cannot be read', { place: { file }, cause: error })
  }
}

async function findSecretsrc(cwd: string): Promise<ConfigLocation | undefined> {
  for (const folder of foldersUpward(cwd)) {
    const file = join(folder, SECRETSRC_NAME)
    if (await isFile(file)) return { file, source: 'secretsrc', warnings: [] }
    if (await exists(join(folder, '.git'))) return undefined
  }
  return undefined
}

async function findSopsConfig(cwd: string): Promise<ConfigLocation | undefined> {
  const warnings: string[] = []
  for (const folder of foldersUpward(cwd).slice(0, MAX_SOPS_LEVELS)) {
    const file = join(folder, SOPS_CONFIG_NAME)
    if (await isFile(file)) return { file, source: 'sops', warnings }
    const misnamed = join(folder, '.sops.yml')
    if (await isFile(misnamed))
      warnings.push(`${shownPath(misnamed, cwd)} is ignored: sops reads ${SOPS_CONFIG_NAME} only`)
  }
  return undefined
}

function foldersUpward(folder: string): readonly string[] {
  const parent = dirname(folder)
  return parent === folder ? [folder] : [folder, ...foldersUpward(parent)]
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  )
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
