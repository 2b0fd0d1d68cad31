import { SecretsError } from '../core/errors.ts'
import { formatPath } from '../core/path-syntax.ts'
import type { Path } from '../core/tree.ts'
import { stateFolder } from '../project/changes/state-folder.ts'
import { type EntryPlan, type PlannedEntry, planEntry } from '../project/plan-entry.ts'
import { readTargets } from '../project/read-entry.ts'
import { filesWithEntry, fileWithEntry } from '../project/search-files.ts'
import type { SecretFile } from '../project/secret-file.ts'
import { resolveTargets, type TargetFile } from '../project/targets.ts'
import { writeFiles } from '../project/write-files.ts'
import type { CommandContext } from './context.ts'
import { noteUnsealed } from './note-unsealed.ts'

/** An entry as it is named on a command line. */
export interface NamedEntry {
  readonly target: string
  readonly path: Path
  readonly format: string | undefined
}

/** Plans the change of one entry and writes it. Throws as `planEntry` and `writeFiles`. */
export async function changeNamedEntry(
  entry: NamedEntry,
  plan: Omit<EntryPlan, 'path'>,
  context: CommandContext,
): Promise<void> {
  if (plan.ifExists === true && !(await mayExist(entry, context))) return noteMissing(entry, context)
  const target = await targetOf(entry, plan.value !== undefined, context)
  const project = await context.projectIfAny()
  const { keyring, now } = context
  const planned = await planEntry(
    target,
    { ...plan, path: entry.path },
    { project, keyring, now, format: entry.format },
  )
  if (planned.outcome === 'unchanged' && plan.ifExists === true) return noteMissing(entry, context)
  if (planned.change !== undefined) {
    await writeFiles([planned.change], {
      root: project?.root,
      makeFolders: true,
      signal: context.signal,
      state: stateFolder(context),
    })
  }
  noteUnsealed(planned.change === undefined ? [] : [planned.change], context)
  await report(planned, { target, path: entry.path, removed: plan.value === undefined }, context)
}

/** The one file that is meant, which need not exist where its environment says how to encrypt it. */
async function targetOf(entry: NamedEntry, mayBeNew: boolean, context: CommandContext): Promise<TargetFile> {
  const files = await targetsOf(entry, context)
  const [only, ...others] = files
  if (only !== undefined && others.length === 0) return only
  const read = await readAll(files, entry, context)
  if (mayBeNew && filesWithEntry(read, entry.path).length === 0) throw belongsNowhere(entry, files)
  return fileWithEntry(read, entry.path).target
}

function belongsNowhere({ path, target }: NamedEntry, files: readonly TargetFile[]): SecretsError {
  return new SecretsError('BAD_PATH', `none of the ${files.length} files of ${target} has this entry`, {
    place: { path: formatPath(path) },
    details: files.map(({ shown }) => shown),
    hint: 'name the file that it belongs into',
  })
}

async function targetsOf({ target }: NamedEntry, context: CommandContext): Promise<readonly TargetFile[]> {
  return resolveTargets([target], { project: await context.projectIfAny(), cwd: context.cwd, mayBeNew: true })
}

async function readAll(
  files: readonly TargetFile[],
  { format }: NamedEntry,
  context: CommandContext,
): Promise<readonly SecretFile[]> {
  return readTargets(files, { project: await context.projectIfAny(), format })
}

/** Whether one of several files has the entry; of a single file only its plain text tells for certain. */
async function mayExist(entry: NamedEntry, context: CommandContext): Promise<boolean> {
  const files = await targetsOf(entry, context)
  return files.length === 1 || filesWithEntry(await readAll(files, entry, context), entry.path).length > 0
}

async function noteMissing({ target, path }: NamedEntry, { terminal, json }: CommandContext): Promise<void> {
  const name = formatPath(path)
  if (json) await terminal.json({ file: target, path: name, outcome: 'unchanged' })
  terminal.note(`${target}: there is no ${name}; nothing was written`)
}

interface Reported {
  readonly target: TargetFile
  readonly path: Path
  readonly removed: boolean
}

async function report(
  { outcome, clear }: PlannedEntry,
  { target, path, removed }: Reported,
  { terminal, json }: CommandContext,
): Promise<void> {
  for (const one of clear) terminal.warn(`${target.shown}: ${formatPath(one)} is stored in clear`)
  const name = formatPath(path)
  if (json) await terminal.json({ file: target.shown, path: name, outcome: removed ? 'removed' : outcome })
  const what = name === '' ? 'the content' : name
  if (outcome === 'unchanged') terminal.note(`${target.shown}: ${what} has this value already; nothing was written`)
  else if (outcome === 'created') terminal.note(`${target.shown}: made, with ${what}`)
  else terminal.note(`${target.shown}: ${what} ${removed ? 'removed' : 'set'}`)
}
