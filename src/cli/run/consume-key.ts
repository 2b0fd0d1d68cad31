import { lstat, realpath, unlink } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { type ErrorCode, SecretsError } from '../../core/errors.ts'
import { exposureToGit } from '../../git/exposure-to-git.ts'
import { defaultKeyFile } from '../../keys/age/key-file.ts'
import { isInside } from '../../project/paths.ts'
import type { CommandContext } from '../context.ts'

/** Variables that name a file with a secret key. */
const KEY_FILES = ['AGE_KEY_FILE', 'AGE_SSH_PRIVATE_KEY_FILE'].flatMap((name) => [`SECRETS_${name}`, `SOPS_${name}`])

/** Folders that a runner makes for one job and removes by itself, by the variables that name them (GitHub, Azure, GitLab). */
const JOB_FOLDERS = ['RUNNER_TEMP', 'AGENT_TEMPDIRECTORY', 'CI_BUILDS_DIR']

/**
 * The key files that variables name, checked: each a regular file of this user's with one name, which is neither kept in a place
 * where people keep their keys nor known to git, unless it lies in a folder of the job. To be called before anything is
 * opened. Throws `USAGE` where no variable names one, `FILE_NOT_FOUND`, `UNSAFE_PATH`.
 */
export async function consumableKeyFiles(context: CommandContext): Promise<readonly string[]> {
  const named = KEY_FILES.flatMap((variable) => {
    const file = context.env[variable]
    return file === undefined || file === '' ? [] : [{ variable, file: resolve(context.cwd, file) }]
  })
  if (named.length === 0) {
    throw new SecretsError('USAGE', '--consume-key: no variable names a key file', {
      hint: `write the key to a file, and its path to ${KEY_FILES[0]}`,
    })
  }
  const files: string[] = []
  for (const { variable, file } of named) files.push(await checked(variable, file, context))
  return [...new Set(files)]
}

/** Removes key files. Throws `WRITE_FAILED` for one that cannot be removed. */
export async function consumeKeyFiles(files: readonly string[], { terminal }: CommandContext): Promise<void> {
  for (const file of files) {
    await unlink(file).catch((error: unknown) => {
      throw new SecretsError('WRITE_FAILED', 'the key file cannot be removed, so nothing is started', {
        place: { file },
        cause: error,
      })
    })
    terminal.note(`removed the key file ${file}`)
  }
}

async function checked(variable: string, file: string, context: CommandContext): Promise<string> {
  const found = await lstat(file).catch(() => undefined)
  const refuse = (code: ErrorCode, message: string, hint?: string): SecretsError =>
    new SecretsError(code, `--consume-key: ${message}`, { place: { file }, ...(hint === undefined ? {} : { hint }) })
  if (found === undefined) throw refuse('FILE_NOT_FOUND', `${variable} names no file`)
  if (found.isSymbolicLink()) throw refuse('UNSAFE_PATH', `${variable} names a link`, 'name the file itself')
  if (!found.isFile()) throw refuse('UNSAFE_PATH', `${variable} names no regular file`)
  if (process.getuid !== undefined && found.uid !== process.getuid()) {
    throw refuse('UNSAFE_PATH', `the file of ${variable} is somebody else's`)
  }
  if (found.nlink > 1) throw refuse('UNSAFE_PATH', `the file of ${variable} has another name, which would stay`)
  // Links above it, as `/tmp` of macOS is one, decide nothing.
  const real = join(await realpath(dirname(file)), file.slice(dirname(file).length))
  if (await isOfJob(real, context)) return real
  if (await isKept(real, context)) {
    throw refuse(
      'UNSAFE_PATH',
      `the file of ${variable} lies where keys are kept`,
      'have the job write its key to a folder of its own, which "mktemp -d" makes',
    )
  }
  if ((await exposureToGit(real, context)) === 'tracked') {
    throw refuse(
      'UNSAFE_PATH',
      `git knows the file of ${variable}`,
      'a key in a repository is everybody’s: make a new one',
    )
  }
  return real
}

async function isOfJob(file: string, { env }: CommandContext): Promise<boolean> {
  return isBelow(
    file,
    JOB_FOLDERS.flatMap((name) => env[name] ?? []),
  )
}

/** Where keys are for good: where sops and ssh look for them. */
async function isKept(file: string, { home, keyContext }: CommandContext): Promise<boolean> {
  const standard = defaultKeyFile(keyContext)
  const folders = home === '' ? [] : [join(home, '.ssh'), join(home, '.config', 'sops')]
  return isBelow(file, standard === undefined ? folders : [...folders, dirname(standard)])
}

async function isBelow(file: string, folders: readonly string[]): Promise<boolean> {
  const real = await Promise.all(
    folders.filter((folder) => folder !== '').map((folder) => realpath(folder).catch(() => folder)),
  )
  return real.some((folder) => isInside(folder, file))
}
