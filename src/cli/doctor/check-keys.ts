import { type FoundSource, findIdentities } from '../../keys/age/find-identities.ts'
import { NOT_SET } from '../../keys/key-provider.ts'
import { recipientNames } from '../recipient-names.ts'
import type { Check, Finding } from './finding.ts'

/** A post-quantum recipient has 1959 characters. */
const LONGEST_SHOWN = 70

/** Which keys were found, and where: by their public names. */
export const keys: Check = {
  topic: 'keys',
  find: async ({ context, project }) => {
    const sources = await findIdentities(context.keyContext)
    const names =
      project === undefined
        ? new Map()
        : await recipientNames(
            sources.flatMap(({ recipients }) => recipients),
            project,
            await context.keyring(),
          )
    const found = sources.flatMap((source) => sourceFindings(source, names))
    if (sources.some(({ recipients, plugins }) => recipients.length + plugins.length > 0)) return found
    const message =
      'no age key was found, and none opens a file; SSH keys, PGP keys and keys of cloud services are tried when a file needs them'
    return [...found, { state: 'problem', message, mend: 'secrets keygen' }]
  },
}

function sourceFindings(
  { source, recipients, plugins, problem, warnings }: FoundSource,
  names: ReadonlyMap<string, string>,
): readonly Finding[] {
  return [
    ...recipients.map((recipient): Finding => ({ state: 'ok', message: `${source}: ${label(recipient, names)}` })),
    ...plugins.map((plugin): Finding => ({ state: 'ok', message: `${source}: an identity of ${plugin}` })),
    ...warnings.map(warningFinding),
    ...(problem === undefined || problem === NOT_SET ? [] : [placeFinding(source, problem)]),
  ]
}

function label(recipient: string, names: ReadonlyMap<string, string>): string {
  const name = names.get(recipient)
  const shown = recipient.length > LONGEST_SHOWN ? `${recipient.slice(0, LONGEST_SHOWN)}…` : recipient
  if (name !== undefined) return `${name} (${shown})`
  return names.size === 0 ? shown : `${shown}, which the configuration does not name`
}

/** The warnings of key files end in what mends them: `…: chmod 600 FILE`. */
function warningFinding(warning: string): Finding {
  const at = warning.lastIndexOf(': ')
  if (at === -1) return { state: 'problem', message: warning }
  return { state: 'problem', message: warning.slice(0, at), mend: warning.slice(at + 2) }
}

/** That nothing is in the usual place is no problem; that a variable names nothing is one. */
function placeFinding(source: string, problem: string): Finding {
  const named = /^(SECRETS|SOPS)_/.exec(source) !== null
  if (!named && problem === 'not found') return { state: 'note', message: `${source}: ${problem}` }
  return { state: 'problem', message: `${source}: ${problem}`, mend: 'name a key file, or unset the variable' }
}
