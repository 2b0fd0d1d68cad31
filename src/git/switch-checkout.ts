/** Changing how the work tree holds the files of decrypted environments, without losing what git does not have. */
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SecretsError } from '../core/errors.ts'
import { encryptedAs } from '../formats/encrypted-as.ts'
import type { Keyring } from '../keys/keyring.ts'
import { findFiles } from '../project/find-files.ts'
import type { Environment, Project } from '../project/model.ts'
import { openSecretFile, readSecretFile } from '../project/secret-file.ts'
import { forgetCleaned } from './clean-memory.ts'
import type { Filters } from './filter-protocol.ts'
import { finishCheckOut, notedCheckOut } from './interrupted-checkout.ts'
import { configValues, DRIVER, LOCKED_KEY, setConfigValues } from './local-config.ts'
import { requireRepository } from './repository.ts'
import { type GitOptions, nulSeparated, runGit, tryGit } from './run-git.ts'
import { trackedFile } from './tracked-file.ts'
import { checkOutAgain, type IndexedFile, indexedFiles, modifiedFiles, sortByContent } from './tracked-files.ts'
import { decryptFiles, findPlaces } from './work-tree/decrypt-files.ts'
import { StoredFiles } from './work-tree/stored-files.ts'
import { mendTornFiles } from './work-tree/torn-files.ts'

/** What switching needs. `cwd` is the top of the work tree. */
export interface SwitchOptions extends GitOptions {
  readonly project: Project
  /** Environments with `checkout: decrypted`. */
  readonly environments: readonly Environment[]
}

/** What unlocking needs beside. */
export interface UnlockOptions extends SwitchOptions {
  readonly keyring: Keyring
  /** What git's filter does, in this process; absent where git has to run it. */
  readonly filters: Filters | undefined
}

/** Paths relative to the top of the work tree. */
export interface Switched {
  /** Written anew. */
  readonly switched: readonly string[]
  /** After `unlock`: no key opened them. After `lock`: in clear, and not in git, so that they stay. */
  readonly kept: readonly string[]
}

/**
 * Decrypts the files of environments in the work tree; those that are in clear already stay as they are. Throws `GIT_FAILED` where
 * the filter is not installed, `FILE_CHANGED` for encrypted files with changes that git does not have, and what opening
 * throws when no key opens the first file of an environment. Nothing is changed then.
 */
export async function unlockFiles(options: UnlockOptions): Promise<Switched> {
  const { environments, project, cwd, env, filters } = options
  const git = { cwd, env }
  const [places, files] = await Promise.all([findPlaces(git), indexedFiles(project, environments, git)])
  filters?.later?.expect(files.length)
  const noted = await notedCheckOut(places.note)
  if (noted.length > 0 && filters !== undefined) await mendTornFiles(noted, filters, git)
  if (noted.length > 0) await finishCheckOut(git)
  const [locked, isFilteredAlone] = await Promise.all([
    configValues(LOCKED_KEY, git, 'local'),
    refuseUnfiltered(files, git),
  ])
  const tree = new StoredFiles(cwd)
  const { same, different } = sorted(files, tree)
  const encrypted = await filterAsync(different, ({ path }) => isEncrypted(join(cwd, path)))
  if (encrypted.length > 0) throw unsaved(encrypted, 'unlock')
  await refuseUnreadable(same, options)
  const names = new Set(environments.map(({ name }) => name))
  await setConfigValues(
    LOCKED_KEY,
    locked.filter((name) => !names.has(name)),
    { ...git, scope: 'local' },
  )
  const switched = new Set(
    await decryptFiles(same, { ...git, tree, places, filters: isFilteredAlone ? filters : undefined }),
  )
  const paths = same.map(({ path }) => path)
  const kept = await filterAsync(
    paths.filter((path) => !switched.has(path)),
    (path) => isEncrypted(join(cwd, path)),
  )
  return { switched: paths.filter((path) => switched.has(path)), kept }
}

/** Those that are in the work tree. */
function sorted(
  files: readonly IndexedFile[],
  tree: StoredFiles,
): { readonly same: readonly IndexedFile[]; readonly different: readonly IndexedFile[] } {
  const found = files.map((file) => ({ file, found: tree.find(file) }))
  return {
    same: found.filter((one) => typeof one.found === 'object').map(({ file }) => file),
    different: found.filter((one) => one.found === 'different').map(({ file }) => file),
  }
}

/**
 * Puts the encrypted files of environments back into the work tree, and keeps them so until `unlockFiles`. Throws `FILE_CHANGED` when
 * there are changes that git does not have; nothing is changed then.
 */
export async function lockFiles(options: SwitchOptions): Promise<Switched> {
  const { environments, project, cwd, env } = options
  const git = { cwd, env }
  await finishCheckOut(git)
  const files = await indexedFiles(project, environments, git)
  const { different } = await sortByContent(files, git)
  const modified = await modifiedFiles(different, git)
  if (modified.length > 0) throw unsaved(modified, 'lock')
  const locked = await configValues(LOCKED_KEY, git, 'local')
  const all = new Set([...locked, ...environments.map(({ name }) => name)])
  await setConfigValues(LOCKED_KEY, [...all], { ...git, scope: 'local' })
  await checkOutAgain(different, git)
  await forgetPlain(git)
  return { switched: different.map(({ path }) => path), kept: await plainUntracked(files, options) }
}

/** Attributes by which git changes a file beside filtering it; unset by our own lines, or never set. */
const CONVERSIONS = ['text', 'crlf', 'eol', 'ident', 'working-tree-encoding']

/**
 * Without our filter git would write encrypted files again, and store the next change in clear. Gives whether git does nothing else to
 * these files.
 */
async function refuseUnfiltered(files: readonly IndexedFile[], git: GitOptions): Promise<boolean> {
  const input = files.map(({ path }) => `${path}\0`).join('')
  const [installed, output] = await Promise.all([
    configValues(`filter.${DRIVER}.process`, git),
    runGit(['check-attr', '-z', '--stdin', 'filter', ...CONVERSIONS], { ...git, input }),
  ])
  const answers = nulSeparated(output)
  const values = (attribute: string): readonly string[] =>
    answers.filter((_, index) => index % 3 === 2 && answers[index - 1] === attribute)
  if (installed.length > 0 && values('filter').every((value) => value === DRIVER)) {
    // Where `text` is not unset, it depends on further settings what git does.
    const untouched = values('text').every((value) => value === 'unset')
    const [, ...others] = CONVERSIONS
    return untouched && others.flatMap(values).every((value) => value === 'unset' || value === 'unspecified')
  }
  throw new SecretsError('GIT_FAILED', 'git does not know yet which files it is to decrypt in this clone', {
    hint: 'run "secrets install" first',
  })
}

async function refuseUnreadable(
  files: readonly IndexedFile[],
  { environments, project, keyring, cwd }: SwitchOptions & { readonly keyring: Keyring },
): Promise<void> {
  for (const environment of environments) {
    const first = files.find((file) => file.environment.name === environment.name)
    if (first === undefined) continue
    const file = await readSecretFile(trackedFile(cwd, first.path, project), { project })
    if (file.sealed !== undefined) await openSecretFile(file, keyring)
  }
}

/** What says anything of plain contents: our memory, and what git keeps of diffs where somebody asked for that. */
async function forgetPlain(git: GitOptions): Promise<void> {
  await forgetCleaned((await requireRepository(git)).commonFolder)
  await tryGit(['update-ref', '-d', `refs/notes/textconv/${DRIVER}`], git)
}

async function plainUntracked(
  tracked: readonly IndexedFile[],
  { project, environments, cwd }: SwitchOptions,
): Promise<readonly string[]> {
  const known = new Set(tracked.map(({ path }) => join(cwd, path)))
  const others = (await findFiles(project, environments)).filter(({ path }) => !known.has(path))
  const plain = await filterAsync(others, async ({ path }) => !(await isEncrypted(path)))
  return plain.map(({ relative }) => relative)
}

async function isEncrypted(path: string): Promise<boolean> {
  const content = await readFile(path).catch(() => undefined)
  return content !== undefined && encryptedAs(content, '') !== undefined
}

async function filterAsync<Item>(
  items: readonly Item[],
  accepts: (item: Item) => Promise<boolean>,
): Promise<readonly Item[]> {
  const accepted = await Promise.all(items.map(accepts))
  return items.filter((_, index) => accepted[index])
}

function unsaved(files: readonly IndexedFile[], command: string): SecretsError {
  return new SecretsError('FILE_CHANGED', 'there are changes that git does not have yet; nothing was done', {
    details: files.map(({ path }) => path),
    hint: `commit or stash them ("git stash"), then run "secrets ${command}" again`,
  })
}
