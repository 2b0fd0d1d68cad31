import { basename, dirname, resolve } from 'node:path'
import { findRepository } from '../../git/repository.ts'
import { nulSeparated, tryGit } from '../../git/run-git.ts'
import { defaultKeyFile } from '../../keys/age/key-file.ts'
import { shownPath } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'
import { type Check, type Finding, problemOf } from './finding.ts'

/** A whole secret key of age, in the alphabet of Bech32. */
const SECRET_KEY = 'AGE-SECRET-KEY-(PQ-)?1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}'

/** Whether git holds what it must never hold. */
export const repository: Check = {
  topic: 'repository',
  find: async ({ context }) => {
    try {
      const found = await findRepository(context)
      if (found?.top === undefined) return [{ state: 'note', message: 'this is no git repository' }]
      const leaked = new Set([...(await trackedKeyFiles(context)), ...(await filesWithKeys(found.top, context))])
      if (leaked.size === 0) return [{ state: 'ok', message: 'git tracks no key file' }]
      return [...leaked].sort().map((path) => leakFinding(shownPath(context.cwd, path)))
    } catch (error) {
      return [problemOf(error)]
    }
  },
}

function leakFinding(file: string): Finding {
  return {
    state: 'problem',
    message: `git tracks a secret key: ${file}; whoever has the repository has it, so that a new one is needed`,
    mend: `git rm --cached ${file}`,
  }
}

/** Key files that are in use, wherever they are: each is asked for in the repository of its own folder. */
async function trackedKeyFiles(context: CommandContext): Promise<readonly string[]> {
  const { env, cwd } = context
  const named = [env['SECRETS_AGE_KEY_FILE'], env['SOPS_AGE_KEY_FILE'], defaultKeyFile(context.keyContext)]
  const found = await Promise.all(
    named.map(async (file) => {
      if (file === undefined || file === '') return []
      const path = resolve(cwd, file)
      return (await isTracked(path, context)) ? [path] : []
    }),
  )
  return found.flat()
}

async function isTracked(path: string, { env }: CommandContext): Promise<boolean> {
  const { status, stdout } = await tryGit(['ls-files', '-z', '--', basename(path)], { cwd: dirname(path), env }).catch(
    () => ({ status: 1, stdout: Buffer.alloc(0) }),
  )
  return status === 0 && stdout.length > 0
}

/** Files in the index that hold a whole key, whatever they are called. */
async function filesWithKeys(root: string, { env }: CommandContext): Promise<readonly string[]> {
  const args = ['grep', '--no-color', '--cached', '-I', '-l', '-z', '-E', '-e', SECRET_KEY]
  const { stdout } = await tryGit(args, { cwd: root, env })
  return nulSeparated(stdout).map((path) => resolve(root, path))
}
