import { SecretsError } from '../core/errors.ts'
import type { Differences, ReferenceReader } from './differences.ts'
import type { Project } from './model.ts'
import { type SecretFile, sealedOf } from './secret-file.ts'

/** What judging recipients needs. */
export interface ExpectedRecipientsOptions {
  readonly project: Project | undefined
  readonly keyring: ReferenceReader
}

/**
 * Refuses a file that has recipients which its environment does not name: whoever could write to the repository could have
 * added them, and every value that is encrypted from now on would be theirs. To be called before anything is
 * encrypted to a file's own recipients. Files outside any environment have nothing to be compared with.
 * Throws `UNEXPECTED_RECIPIENT` with one line for each, `NOT_ENCRYPTED`, `BAD_RECIPIENT`.
 */
export async function refuseUnexpectedRecipients(
  file: SecretFile,
  { project, keyring }: ExpectedRecipientsOptions,
): Promise<void> {
  const { environment, shown } = file.target
  if (project === undefined || environment === undefined) return
  const selectable = file.format.selectable
  const { differences } = await import('./differences.ts')
  const { extra } = await differences(sealedOf(file).metadata, environment, { project, keyring, selectable })
  if (extra.length > 0) throw unexpected(extra, environment.name, shown)
}

function unexpected(extra: Differences['extra'], environment: string, file: string): SecretsError {
  const known = extra.flatMap(({ name }) => name ?? [])
  const [first = ''] = known
  const accept =
    known.length === extra.length
      ? `secrets grant ${/\s/.test(first) ? `'${first}'` : first} ${environment}`
      : `secrets grant --key KEY NAME ${environment}`
  return new SecretsError(
    'UNEXPECTED_RECIPIENT',
    `the file can be read by ${extra.length === 1 ? 'a recipient' : 'recipients'} that environment ${environment} does not name`,
    {
      place: { file },
      hint: `if that is right, say so with "${accept}"; else remove what was added with "secrets sync ${file}"`,
      details: extra.map(({ reference, name }) => (name === undefined ? reference : `${name} (${reference})`)),
    },
  )
}
