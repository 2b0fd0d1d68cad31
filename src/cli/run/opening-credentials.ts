import { credentialVariables } from '../../keys/credential-variables.ts'
import { keyProviders } from '../../keys/providers/registry.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'
import type { CommandContext } from '../context.ts'

/**
 * Which variables hold credentials of key services that open these files or any other of the project: whoever is given the values of
 * one environment is not to open the next.
 */
export async function openingCredentials(
  files: readonly DecryptedFile[],
  { projectIfAny }: CommandContext,
): Promise<RegExp | undefined> {
  const project = await projectIfAny()
  const entries = files.flatMap(({ file }) => file.sealed?.metadata.groups.flat() ?? [])
  return credentialVariables(
    {
      lists: new Set(entries.map(({ kind }) => kind)),
      references: [...(project?.recipients.values() ?? [])].map(({ reference }) => reference),
    },
    keyProviders,
  )
}
