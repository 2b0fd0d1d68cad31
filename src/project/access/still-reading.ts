import { SecretsError } from '../../core/errors.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { Project } from '../model.ts'
import { readTargets } from '../read-entry.ts'
import type { FindStored } from '../secret-file.ts'
import { environmentFiles } from '../targets.ts'

/** Where files are looked for. */
export interface StillReadingOptions {
  readonly project: Project
  readonly keyring: Pick<Keyring, 'references' | 'canonical'>
  readonly cwd: string
  readonly stored?: FindStored | undefined
}

/** Refuses to forget a recipient that files are still encrypted to. Throws `USAGE` with the names of the files. */
export async function refuseStillReading(
  name: string,
  { project, keyring, cwd, stored }: StillReadingOptions,
): Promise<void> {
  const recipient = project.recipients.get(name)
  if (recipient === undefined) return
  const reference = await keyring.canonical(recipient.reference).catch(() => recipient.reference)
  const files = await readTargets(await environmentFiles(project, cwd), { project, stored })
  const readable = await Promise.all(
    files.map(async ({ sealed, target }) => {
      const references = sealed === undefined ? [] : await keyring.references(sealed.metadata.groups, [reference])
      return references.flat().includes(reference) ? [target.shown] : []
    }),
  )
  const names = readable.flat()
  if (names.length === 0) return
  throw new SecretsError('USAGE', `${name} can still read ${names.length === 1 ? 'a file' : `${names.length} files`}`, {
    hint: 'bring the files in line with the configuration first: secrets sync',
    details: names,
  })
}
