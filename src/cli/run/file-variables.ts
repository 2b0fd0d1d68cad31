import { SecretsError } from '../../core/errors.ts'
import { environmentVariables, type Variable } from '../../pipeline/environment-variables.ts'
import type { DecryptedFile } from '../../project/decrypt-files.ts'
import type { CommandContext } from '../context.ts'

/** Which entries become variables, and how they are called. */
export interface ChosenVariables {
  readonly only: readonly string[]
  readonly except: readonly string[]
  readonly prefix: string | undefined
  readonly upperCase: boolean
  readonly allowName: readonly string[]
}

/** The variables that files give. Binary files are left out with a note; throws `BAD_NAME` where there is nothing else. */
export function fileVariables(
  files: readonly DecryptedFile[],
  { only, except, prefix, upperCase, allowName }: ChosenVariables,
  { terminal, platform }: CommandContext,
): readonly Variable[] {
  const [binary, others] = [files.filter(isBinary), files.filter((file) => !isBinary(file))]
  const [first] = binary
  if (first !== undefined && others.length === 0) {
    throw new SecretsError('BAD_NAME', 'a binary file cannot be a variable', {
      place: { file: first.file.target.shown },
      hint: 'write it to a file: secrets decrypt --output',
    })
  }
  if (first !== undefined) {
    const names = binary.map(({ file }) => file.target.shown).join(', ')
    terminal.note(`binary files are no variables, and are left out: ${names}`)
  }
  return environmentVariables(
    others.map(({ file, open }) => ({
      file: file.target.shown,
      quoted: file.format.name === 'dotenv',
      entries: open.entries,
    })),
    { only, except, prefix, upperCase, allowedNames: allowName, caseSensitive: platform !== 'win32' },
  )
}

function isBinary({ file }: DecryptedFile): boolean {
  return file.format.plainContent !== undefined
}
