/** Who opens, where, and why: the same for everything that a process opens. */
import { hostname, userInfo } from 'node:os'
import { tryGit } from '../git/run-git.ts'
import { detectSystem } from '../pipeline/ci/detect-system.ts'
import type { AuditJob } from './audit-record.ts'
import type { RecordOrigin } from './opening-records.ts'

/** What is known of the process. */
export interface OriginParts {
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
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
  const [job, place] = await Promise.all([jobOf(env), placeOf(parts)])
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

async function placeOf({ cwd, env }: OriginParts): Promise<{ readonly folder?: string; readonly commit?: string }> {
  const git = { cwd, env }
  const lines = async (args: readonly string[]): Promise<string | undefined> => {
    const { status, stdout } = await tryGit(['rev-parse', ...args], git)
    return status === 0 ? stdout.toString('utf8').replace(/\r?\n$/, '') : undefined
  }
  const [folder, commit] = await Promise.all([
    lines(['--show-toplevel']).catch(nothing),
    lines(['--verify', '--quiet', 'HEAD']).catch(nothing),
  ])
  return { ...(folder === undefined ? {} : { folder }), ...(commit === undefined ? {} : { commit }) }
}

function nothing(): undefined {
  return undefined
}
