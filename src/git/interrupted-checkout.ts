/**
 * Files that are removed so that git writes them anew: what of that an interruption left undone. Without this, a file that was not
 * written yet would look as if somebody had deleted it, and one that was already would look modified for ever.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'

/** Notes paths, relative to the top of the work tree, before their files are removed; `note` is the place of the note. */
export async function noteCheckOut(paths: readonly string[], note: string): Promise<void> {
  await mkdir(dirname(note), { recursive: true, mode: 0o700 })
  await writeFile(note, nulEnded(paths))
}

/** Forgets them: git has written them. */
export async function forgetCheckOut(note: string): Promise<void> {
  await rm(note, { force: true })
}

/**
 * Lets git write what is still missing of the noted files, and see that the others are what it has. Changes that were made since stay.
 * Throws `GIT_FAILED`.
 */
export async function finishCheckOut(options: GitOptions): Promise<void> {
  const note = await checkOutNote(options)
  const paths = await notedCheckOut(note)
  if (paths.length === 0) return
  const missing = new Set(nulSeparated(await runGit(['ls-files', '-z', '--deleted'], options)))
  await checkOutPaths(
    paths.filter((path) => missing.has(path)),
    options,
  )
  await recognise(
    paths.filter((path) => !missing.has(path)),
    options,
  )
  await forgetCheckOut(note)
}

/** The paths that an interruption left noted at `note`; none where there was no interruption. */
export async function notedCheckOut(note: string): Promise<readonly string[]> {
  const noted = await readFile(note).catch(() => undefined)
  return noted === undefined ? [] : nulSeparated(noted)
}

/** Lets git write files that are not there. Throws `GIT_FAILED`. */
export async function checkOutPaths(paths: readonly string[], options: GitOptions): Promise<void> {
  await withPaths('checkout', paths, options)
}

/** Git takes a file of another size than its index says for modified, without looking into it, until it is added again. */
async function recognise(paths: readonly string[], options: GitOptions): Promise<void> {
  const stored = await storedIds(options)
  const plain = paths.filter((path) => stored.has(path) && !path.includes('\n'))
  // Git takes a name that begins with a quotation mark for a quoted one.
  const input = plain.map((path) => `./${path}\n`).join('')
  const { status, stdout } = await tryGit(['hash-object', '--stdin-paths'], { ...options, input })
  // What cannot be compared (no key, markers of a conflict) stays as git sees it.
  if (status !== 0) return
  const ids = stdout.toString('latin1').split('\n')
  const same = plain.filter((path, index) => stored.get(path) === ids[index])
  await withPaths('add', same, options)
}

/** The names of what the index has of regular files, by path. Throws `GIT_FAILED`. */
export async function storedIds(options: GitOptions): Promise<ReadonlyMap<string, string>> {
  const lines = nulSeparated(await runGit(['ls-files', '-z', '--stage'], options))
  return new Map(
    lines.flatMap((line) => {
      const [, id = '', path = ''] = /^100\d{3} ([0-9a-f]+) 0\t(.*)$/su.exec(line) ?? []
      return path === '' ? [] : [[path, id] as const]
    }),
  )
}

async function withPaths(command: 'add' | 'checkout', paths: readonly string[], options: GitOptions): Promise<void> {
  if (paths.length === 0) return
  const args = ['--literal-pathspecs', command, '--pathspec-from-file=-', '--pathspec-file-nul']
  await runGit(args, { ...options, input: nulEnded(paths) })
}

/** Absolute path of the note; each work tree has its own. Throws `GIT_FAILED`. */
export async function checkOutNote(options: GitOptions): Promise<string> {
  const path = await runGit(['rev-parse', '--git-path', 'secretsrc/unfinished'], options)
  return resolve(options.cwd, path.toString('utf8').replace(/\r?\n$/, ''))
}

function nulEnded(paths: readonly string[]): string {
  return paths.map((path) => `${path}\0`).join('')
}
