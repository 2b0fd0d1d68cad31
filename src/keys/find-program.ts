import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import { posix, win32 } from 'node:path'
import type { KeyContext } from './key-provider.ts'

/**
 * The absolute path of a program in the folders of PATH, in order; undefined where none has it. Folders that are not
 * absolute are passed over: the one that a command is run in may be somebody else's repository. On Windows only an
 * `.exe` counts, which needs no shell to run.
 */
export async function findProgram(
  name: string,
  { env, platform }: Pick<KeyContext, 'env' | 'platform'>,
): Promise<string | undefined> {
  const path = platform === 'win32' ? win32 : posix
  const file = platform === 'win32' && !name.toLowerCase().endsWith('.exe') ? `${name}.exe` : name
  for (const folder of pathOf(env, platform).split(path.delimiter)) {
    const candidate = path.join(folder, file)
    if (path.isAbsolute(folder) && (await isProgram(candidate))) return candidate
  }
  return undefined
}

/** Windows calls it `Path`, and any other way of writing it is the same variable. */
function pathOf(env: KeyContext['env'], platform: NodeJS.Platform): string {
  if (platform !== 'win32') return env['PATH'] ?? ''
  return Object.entries(env).find(([name]) => name.toUpperCase() === 'PATH')?.[1] ?? ''
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK)
    return (await stat(path)).isFile()
  } catch {
    return false
  }
}
