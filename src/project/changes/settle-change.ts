import { chmod, lstat, rm, rmdir, stat, utimes, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { SecretsError } from '../../core/errors.ts'
import { withFolderLocks } from '../folder-lock.ts'
import { inParallel } from '../in-parallel.ts'
import { temporaryPath } from '../temporary-files.ts'
import { isInUse, isReachable, syncFolder } from './change-folder.ts'
import { CLEAR_END, type ClearMark, type ContentMark, isClear, type JournalPlace, oldPath } from './journal.ts'
import { moveInto } from './old-content.ts'
import { fileLine } from './refuse-unfinished.ts'
import { cleanUp, filesOf, markLike, type UnfinishedChange, type UnfinishedFile } from './unfinished-changes.ts'

/** How an unfinished change is brought to an end. */
export interface SettleOptions {
  /** `finish`: all files get their new content; `undo`: all get their old one. */
  readonly direction: 'finish' | 'undo'
  /** The content in clear of an encrypted file (absolute path): contents in clear are not kept, and are made again. */
  readonly reveal: (path: string) => Promise<Uint8Array>
  /** Folder that errors show names of files from. */
  readonly from: string
}

/** What puts a file into the state that is wanted. */
type Step =
  | { readonly file: UnfinishedFile; readonly do: 'remove' }
  | { readonly file: UnfinishedFile; readonly do: 'move'; readonly source: string }
  | { readonly file: UnfinishedFile; readonly do: 'write'; readonly content: Uint8Array; readonly mark: ClearMark }

const PARALLEL = 8

/**
 * Brings an unfinished change to its end, or back to its beginning. A crash meanwhile leaves it unfinished, and it can be settled
 * again. Throws `FILE_CHANGED` when a file holds neither its old nor its new content, `WRITE_FAILED` when a content that is needed
 * is gone, and what `reveal` throws; no file was touched then.
 */
export async function settleChange({ place }: UnfinishedChange, options: SettleOptions): Promise<void> {
  await inChange(place, async () => {
    const files = await filesOf(place)
    if (files === undefined) return
    refuseOthers(files, options)
    const wanted = options.direction === 'finish' ? 'new' : 'old'
    const pending = files.filter(({ state }) => state !== wanted)
    const steps = await inParallel(pending, PARALLEL, (file) => stepFor(file, place, options))
    for (const step of steps) await perform(step, place, options)
    await Promise.all([...new Set(files.map(({ path }) => dirname(path)))].map(syncFolder))
    await cleanUp(place, files)
  })
}

/** Leaves all files as they are, and forgets the change with the contents that were kept for it. */
export async function forgetChange({ place, files }: UnfinishedChange): Promise<void> {
  await inChange(place, () => cleanUp(place, files ?? []))
}

/** Without any other process that writes in the same folders or goes on with a change. */
async function inChange(place: JournalPlace, action: () => Promise<void>): Promise<void> {
  const folders = ((await filesOf(place).catch(() => undefined)) ?? []).map(({ path }) => dirname(path))
  const present = await inParallel([...new Set(folders)], PARALLEL, async (folder) =>
    lstat(folder).then(
      () => [folder],
      () => [],
    ),
  )
  await withFolderLocks([dirname(place.folder), ...present.flat()], async () => {
    if (await isInUse(place)) return
    if ((await stat(place.folder).catch(() => undefined)) === undefined) return
    await action()
  })
  // The lock was in it until now.
  await rmdir(dirname(place.folder)).catch(() => undefined)
}

function refuseOthers(files: readonly UnfinishedFile[], { direction, from }: SettleOptions): void {
  const others = files.filter(({ state }) => state === 'other')
  if (others.length === 0) return
  const what = others.length === 1 ? 'a file was' : `${others.length} files were`
  throw new SecretsError('FILE_CHANGED', `${what} changed after the change was interrupted; nothing was written`, {
    details: others.map((file) => fileLine(file, from)),
    hint: `put ${others.length === 1 ? 'it' : 'them'} back (git restore) and --${direction} again; or leave all as it is, with --forget`,
  })
}

async function stepFor(file: UnfinishedFile, place: JournalPlace, { direction, reveal }: SettleOptions): Promise<Step> {
  const mark = direction === 'finish' ? file.after : file.before
  if (mark === undefined) return { file, do: 'remove' }
  if (isClear(mark)) return { file, do: 'write', ...(await revealed(file, mark, { direction, reveal })) }
  const source = direction === 'finish' ? file.staged : oldPath(place, file.index)
  if (await isPlainFileWith(source, mark)) return { file, do: 'move', source }
  throw new SecretsError(
    'WRITE_FAILED',
    `the ${direction === 'finish' ? 'new' : 'old'} content is gone; nothing was written`,
    {
      place: { file: file.path },
      hint: direction === 'finish' ? 'take the change back, with --undo' : 'go on with the change, with --finish',
    },
  )
}

/** The content in clear is what decrypting the file gives; unless there is no file, or only a part of it was in clear. */
async function revealed(
  { path, before }: UnfinishedFile,
  mark: ClearMark,
  { direction, reveal }: Pick<SettleOptions, 'direction' | 'reveal'>,
): Promise<{ readonly content: Uint8Array; readonly mark: ClearMark }> {
  const content = before === undefined ? undefined : await reveal(path)
  if (content?.length === mark.size) return { content, mark }
  throw new SecretsError(
    'WRITE_FAILED',
    'contents in clear are not kept, and decrypting does not give this one; nothing was written',
    {
      place: { file: path },
      hint:
        direction === 'finish'
          ? 'take the change back, with --undo, and run the command again'
          : 'go on with the change, with --finish',
    },
  )
}

async function isPlainFileWith(path: string, mark: ContentMark): Promise<boolean> {
  try {
    return (await lstat(path)).isFile() && isDeepStrictEqual(await markLike(mark, path), mark)
  } catch {
    return false
  }
}

async function perform(step: Step, place: JournalPlace, { direction }: SettleOptions): Promise<void> {
  const { path, index } = step.file
  if (step.do === 'remove') return rm(path, { force: true })
  if (step.do === 'move') return moveInto(step.source, path)
  const { mode } = await stat(path)
  const staged = (await isReachable(place.folder, path))
    ? join(place.folder, `${index}${CLEAR_END}`)
    : temporaryPath(path)
  try {
    await rm(staged, { force: true })
    await writeFile(staged, step.content, { mode: 0o600, flag: 'wx' })
    // What was decrypted is for its owner alone; what was to be encrypted had the rights that it has now.
    await chmod(staged, direction === 'finish' ? mode & 0o700 : mode & 0o777)
    // It is known again by this if another crash follows. The half keeps the millisecond through the rounding of seconds.
    const written = (step.mark.written + 0.5) / 1000
    await utimes(staged, written, written)
    await moveInto(staged, path)
  } finally {
    await rm(staged, { force: true })
  }
}
