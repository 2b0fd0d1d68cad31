import { isSecretsError, type SecretsError } from '../../core/errors.ts'
import type { Project } from '../../project/model.ts'
import type { CommandContext } from '../context.ts'

/** One thing that was looked at. */
export interface Finding {
  /** `note`: worth knowing, and nothing to mend. */
  readonly state: 'ok' | 'note' | 'problem'
  /** Lower case, no full stop, no value and no secret key. */
  readonly message: string
  /** What to type against a problem. */
  readonly mend?: string
}

/** What all checks get. */
export interface CheckParts {
  readonly context: CommandContext
  /** Undefined where there is no configuration, or none that can be used. */
  readonly project: Project | undefined
}

/** A part of the report. */
export interface Check {
  readonly topic: string
  /** Looks, and changes nothing. */
  readonly find: (parts: CheckParts) => Promise<readonly Finding[]>
}

/** An error of ours as a problem; throws any other, and what the user interrupted. */
export function problemOf(error: unknown): Finding {
  if (!isSecretsError(error) || error.code === 'INTERRUPTED') throw error
  const { hint } = error
  return { state: 'problem', message: messageOf(error), ...(hint === undefined ? {} : { mend: hint }) }
}

function messageOf({ message, place }: SecretsError): string {
  const { file, line, column, path } = place
  const where = [file, line, line === undefined ? undefined : column].filter((part) => part !== undefined).join(':')
  return [where, path ?? '', message].filter((part) => part !== '').join(': ')
}
