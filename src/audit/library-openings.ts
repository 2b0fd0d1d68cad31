import type { OpeningLog } from '../keys/opening-log.ts'
import { type OpenAuditOptions, type OpenedAudit, openAudit } from './open-audit.ts'
import { systemSettingsPath } from './settings/settings-places.ts'

/** What a session of the library knows of its surroundings. */
export interface LibrarySurroundings
  extends Pick<OpenAuditOptions, 'env' | 'platform' | 'home' | 'cwd' | 'config' | 'now' | 'once'> {
  /** Told of sinks that do not work and need not. */
  readonly warn: ((message: string) => void) | undefined
}

/** The log of a session, which lasts as long as its process: what holds for commands holds for programs that use the library. */
export function libraryOpenings({ warn, ...surroundings }: LibrarySurroundings): OpeningLog {
  let opened: Promise<OpenedAudit | undefined> | undefined
  const open = (): Promise<OpenedAudit | undefined> => {
    opened ??= openAudit({
      ...surroundings,
      systemSettings: systemSettingsPath(surroundings.platform),
      command: 'library',
      unit: 'file',
      endless: true,
      warn: (message) => warn?.(message),
    })
    opened.catch(() => {
      opened = undefined
    })
    return opened
  }
  return { begin: async (subject) => (await open())?.begin(subject) }
}
