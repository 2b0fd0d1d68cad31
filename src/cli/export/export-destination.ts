import { lstat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import { exposureToGit } from '../../git/exposure-to-git.ts'
import type { CommandContext } from '../context.ts'

/** Where an export goes. */
export type ExportDestination =
  | { readonly kind: 'stdout' }
  | { readonly kind: 'path'; readonly path: string; readonly shown: string; readonly isFolder: boolean }

/** As the options say it. */
interface GivenDestination {
  readonly output: string | undefined
  readonly allowTracked: boolean
}

/**
 * Where the options send an export. Throws `USAGE` for a terminal that was not asked for, `UNSAFE_PATH` for a link, for what is
 * no file, and for a place that git has or would add.
 */
export async function openDestination(
  { output, allowTracked }: GivenDestination,
  context: CommandContext,
): Promise<ExportDestination> {
  if (output === '-') return { kind: 'stdout' }
  if (output === undefined) {
    if (context.terminal.isTerminal('stdout')) throw terminal()
    return { kind: 'stdout' }
  }
  const path = resolve(context.cwd, output)
  const isFolder = /[/\\]$/.test(output) || (await isFolderNow(path, output))
  if (!allowTracked) await refuseGit(path, { shown: output, isFolder }, context)
  return { kind: 'path', path, shown: output, isFolder }
}

function terminal(): SecretsError {
  return new SecretsError('USAGE', 'the values would be shown on the terminal', {
    hint: 'give a file with --output FILE, use a pipe, or say --output - to see them',
  })
}

async function isFolderNow(path: string, shown: string): Promise<boolean> {
  const found = await lstat(path).catch(() => undefined)
  if (found === undefined || found.isFile()) return false
  if (found.isDirectory()) return true
  const what = found.isSymbolicLink() ? 'a link' : 'no ordinary file'
  throw new SecretsError('UNSAFE_PATH', `this is ${what}, and values are not written through it`, {
    place: { file: shown },
    hint: 'name the file itself; standard output is --output -',
  })
}

async function refuseGit(
  path: string,
  { shown, isFolder }: { readonly shown: string; readonly isFolder: boolean },
  { env }: CommandContext,
): Promise<void> {
  const exposure = await exposureToGit(isFolder ? `${path}/values` : path, { env })
  if (exposure === undefined) return
  const message = exposure === 'tracked' ? 'git tracks this file' : 'git would add this file'
  throw new SecretsError('UNSAFE_PATH', `${message}, with values in clear`, {
    place: { file: shown },
    hint: `${exposure === 'tracked' ? 'choose another file' : 'name it in .gitignore, or choose a place outside of the repository'}; --allow-tracked writes it all the same`,
  })
}
