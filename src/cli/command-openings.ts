import { statSync } from 'node:fs'
import type { OpenAuditOptions, OpenedAudit } from '../audit/open-audit.ts'
import { userSettingsPath } from '../audit/settings/settings-places.ts'
import type { OpenedElsewhere } from '../git/ahead/shared-work.ts'
import type { OpeningLog } from '../keys/opening-log.ts'
import type { Environment } from './environment.ts'
import { packageVersion } from './version.ts'

/** Why a command opens files, and what counts as one opening. */
export type OpeningPurpose = Pick<OpenAuditOptions, 'command' | 'unit'>

/** The log of what a command opens. */
export interface CommandOpenings {
  readonly log: OpeningLog
  /** Adds what another thread opened. */
  readonly absorb: (opening: OpenedElsewhere) => void
  /** Writes what is still to be written. Throws `AUDIT_FAILED`. */
  readonly close: () => Promise<void>
}

interface OpeningsParts extends Pick<OpenAuditOptions, 'once' | 'warn' | 'config'> {
  readonly purpose: OpeningPurpose
}

/**
 * The log as the settings of the machine and of the user want it; looked for by the first opening, so that a command that opens nothing
 * does not pay for it, and loaded only where there are any.
 */
export function commandOpenings(environment: Environment, parts: OpeningsParts): CommandOpenings {
  let opened: Promise<OpenedAudit | undefined> | undefined
  const absorbing: Promise<void>[] = []
  const open = (): Promise<OpenedAudit | undefined> => (opened ??= openIfSet(environment, parts))
  return {
    log: { begin: async (subject) => (await open())?.begin(subject) },
    absorb: (opening) => {
      absorbing.push(open().then((audit) => audit?.absorb?.(opening)))
      absorbing.at(-1)?.catch(() => undefined)
    },
    close: async () => {
      await Promise.allSettled(absorbing)
      await (await opened?.catch(() => undefined))?.close()
    },
  }
}

async function openIfSet(
  environment: Environment,
  { purpose, once, warn, config }: OpeningsParts,
): Promise<OpenedAudit | undefined> {
  const { systemSettings } = environment
  if (!isSet(environment)) return undefined
  const { env, platform, home, cwd, now } = environment
  const { openAudit } = await import('../audit/open-audit.ts')
  const here = { pid: processId(), version: packageVersion(), cwd, now }
  return openAudit({ env, platform, home, systemSettings, ...here, ...purpose, once, warn, config })
}

function processId(): number {
  return process.pid
}

/** Whether anything says where openings are written down. */
function isSet(environment: Environment): boolean {
  const { env, systemSettings } = environment
  const variables = ['SECRETS_AUDIT', 'SECRETS_AUDIT_CONFIG'].map((name) => env[name] ?? '')
  if (variables.some((value) => value !== '')) return true
  return [systemSettings, userSettingsPath(environment)].some((path) => path !== undefined && !isAbsent(path))
}

/** What cannot be looked at is not absent: reading it says what is wrong. */
function isAbsent(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false }) === undefined
  } catch {
    return false
  }
}
