/** Who opens, where, and why: the same for everything that a process opens. */
import { hostname, userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { type GitOptions, tryGit } from '../git/run-git.ts'
import { detectSystem } from '../pipeline/ci/detect-system.ts'
import { environmentOf } from '../project/claims.ts'
import { findProjectIfAny, findProjectRoot } from '../project/find-project.ts'
import type { Project } from '../project/model.ts'
import { rootRelative } from '../project/paths.ts'
import type { AuditJob } from './audit-record.ts'
import type { RecordOrigin } from './opening-records.ts'

/** What is known of the process. */
export interface OriginParts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** The configuration of the project that was named, in the place of the one that is found. */
  readonly config?: string | undefined
  readonly pid?: number
  readonly command: string
  /** Of this program. */
  readonly version?: string
  readonly names: boolean
  readonly now: () => Date
}

/** Characters of a reason: a sentence, not a document. */
const MOST_REASON = 500

/** Asks the system, git and the variables of the pipeline. Never throws: what is not known is left out. */
export async function auditOrigin(parts: OriginParts): Promise<RecordOrigin> {
  const { env, pid, command, version, names, now } = parts
  const [job, { top, place }] = await Promise.all([jobOf(env), placeOf(parts)])
  const reason = (env['SECRETS_AUDIT_REASON'] ?? '').slice(0, MOST_REASON)
  return {
    who: {
      user: userName(),
      host: hostname(),
      ...(pid === undefined ? {} : { pid }),
      ...(job === undefined ? {} : { ci: job }),
    },
    why: { command, ...(version === undefined ? {} : { version }), ...(reason === '' ? {} : { reason }) },
    names,
    now,
    locate: locator(parts, top),
    ...place,
  }
}

/** By the system's own account, as sops asks for it; a variable could say anything. */
function userName(): string {
  try {
    return userInfo().username
  } catch {
    return 'unknown'
  }
}

async function jobOf(env: OriginParts['env']): Promise<AuditJob | undefined> {
  const system = await detectSystem(env)?.load()
  return system === undefined ? undefined : { system: system.id, ...system.job(env) }
}

/** By the configuration, which is read when first asked for; one that cannot be read names nothing. */
function locator({ cwd, config, env }: OriginParts, top: string | undefined): RecordOrigin['locate'] {
  let found: Promise<Project | undefined> | undefined
  return async (file) => {
    found ??= findProjectIfAny({ cwd, config, env }).catch(nothing)
    const project = await found
    if (project === undefined || file === '') return { file }
    // What git names is relative to the top of its work tree.
    const relative = rootRelative(project.root, isAbsolute(file) ? file : join(top ?? cwd, file))
    if (isAbsolute(relative)) return { file }
    const environment = environmentAt(project, relative)
    return { file: relative, ...(environment === undefined ? {} : { environment }) }
  }
}

function environmentAt(project: Project, path: string): string | undefined {
  try {
    return environmentOf(project, path)?.name
  } catch {
    return undefined
  }
}

interface Place {
  readonly folder?: string
  readonly commit?: string
}

async function placeOf({
  cwd,
  config,
  env,
}: OriginParts): Promise<{ readonly top: string | undefined; readonly place: Place }> {
  const [top, commit, root] = await Promise.all([
    gitLine(['--show-toplevel'], { cwd, env }),
    gitLine(['--verify', '--quiet', 'HEAD'], { cwd, env }),
    findProjectRoot({ cwd, config, env }).catch(nothing),
  ])
  const folder = root ?? top
  return {
    top,
    place: { ...(folder === undefined ? {} : { folder }), ...(commit === undefined ? {} : { commit }) },
  }
}

async function gitLine(args: readonly string[], options: GitOptions): Promise<string | undefined> {
  const found = await tryGit(['rev-parse', ...args], options).catch(nothing)
  return found?.status === 0 ? found.stdout.toString('utf8').replace(/\r?\n$/, '') : undefined
}

function nothing(): undefined {
  return undefined
}
