import { basename } from 'node:path'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { hasMarkers, withMarkers } from '../../core/merge/conflict-markers.ts'
import type { SolvableConflict } from '../../git/merge-file.ts'
import { shellWord } from '../../project/check-problem.ts'
import {
  findKeptEdit,
  type KeptEdits,
  keepEdit,
  keptEditsFolder,
  openKeptEdit,
  removeKeptEdit,
} from '../../project/kept-edit.ts'
import type { PlainFile } from '../../project/plain-file.ts'
import type { TargetFile } from '../../project/targets.ts'
import type { CommandContext } from '../context.ts'
import { reportError } from '../report-error.ts'
import { editorCommand } from './editor-command.ts'
import { createPrivateFile } from './private-file.ts'
import { type EditorEnd, runEditor } from './run-editor.ts'

/** A conflict of a file that lies in the work tree. */
export interface ConflictedFile {
  readonly target: TargetFile
  /** The file as it is, with markers in it or not. */
  readonly current: Uint8Array
  readonly conflict: SolvableConflict
}

/**
 * Has a conflict solved in the editor, in plain text, and gives the encrypted solution. A solution that cannot be used is kept,
 * encrypted, and the next attempt begins with it. Throws `EDITOR_FAILED`, `INTERRUPTED`, `FORMAT_INVALID` (markers are left, or the
 * text is not valid), and what sealing throws.
 */
export async function solveInEditor(file: ConflictedFile, context: CommandContext): Promise<Uint8Array> {
  const { conflict, target } = file
  const kept: KeptEdits = { folder: keptEditsFolder(context), keyring: context.keyring, now: context.now }
  const plain = plainFile(file)
  let text = await firstText(file, plain, kept, context)
  for (;;) {
    const { end, edited } = await inEditor(basename(target.path), text, context)
    try {
      if (end.kind !== 'done') throw unfinished(end, target.shown)
      const sealed = await conflict.seal(withoutLeftovers(edited, target.shown))
      await removeKeptEdit(plain, kept.folder)
      return sealed
    } catch (error) {
      if (!isSecretsError(error) || !(await wantsAnotherRound(error, context))) {
        await keepEdit(plain, edited, kept)
        throw error
      }
      text = edited
    }
  }
}

async function firstText(
  { conflict, target }: ConflictedFile,
  plain: PlainFile,
  kept: KeptEdits,
  context: CommandContext,
): Promise<Uint8Array> {
  const found = await findKeptEdit(plain, kept.folder)
  if (found?.isCurrent === true) {
    context.terminal.note(`${target.shown}: going on with the solution that could not be used`)
    return openKeptEdit(found, await context.keyring())
  }
  const [ours, theirs] = [textOf(conflict.ours), textOf(conflict.theirs)]
  if (ours !== undefined && theirs !== undefined) {
    return Buffer.from(withMarkers(ours, theirs, { ours: 'ours', theirs: 'theirs' }), 'utf8')
  }
  throw new SecretsError('FORMAT_INVALID', 'the file is no text that could be edited', {
    place: { file: target.shown },
    hint: `take one version: secrets merge --ours ${shellWord(target.shown)}`,
  })
}

function plainFile({ target, current, conflict: { version, ours } }: ConflictedFile): PlainFile {
  const { format, open } = version
  if (open === undefined) throw new Error('a conflict that nobody opened')
  return {
    target,
    format,
    content: ours,
    selection: open.sealed.metadata.selection,
    existing: { file: { target, bytes: current, format, sealed: undefined }, open },
    rule: undefined,
  }
}

async function inEditor(
  name: string,
  text: Uint8Array,
  context: CommandContext,
): Promise<{ readonly end: EditorEnd; readonly edited: Uint8Array }> {
  const editor = await editorCommand(context)
  const file = await createPrivateFile(name, text, context)
  try {
    const end = await runEditor(editor, file.path, context)
    return { end, edited: await file.read().catch(() => text) }
  } finally {
    await file.remove()
  }
}

function withoutLeftovers(edited: Uint8Array, shown: string): Uint8Array {
  const text = Buffer.from(edited).toString('utf8')
  if (!hasMarkers(text)) return edited
  throw new SecretsError('FORMAT_INVALID', 'conflict markers are left', {
    place: { file: shown, line: text.split('\n').findIndex((line) => line.startsWith('<<<<<<<')) + 1 },
    hint: `choose between the versions, and remove the markers; go on with: secrets merge ${shellWord(shown)}`,
  })
}

async function wantsAnotherRound(error: SecretsError, { terminal, questions }: CommandContext): Promise<boolean> {
  if (!terminal.interactive || error.code === 'INTERRUPTED' || error.code === 'EDITOR_FAILED') return false
  reportError(error, terminal, { json: false, debug: false })
  return questions
    .confirm({ message: 'edit again?', instead: 'secrets merge FILE', suggestion: true })
    .catch(() => false)
}

function unfinished(end: Exclude<EditorEnd, { readonly kind: 'done' }>, shown: string): SecretsError {
  const place = { file: shown }
  const hint = `what you entered is kept encrypted; go on with: secrets merge ${shellWord(shown)}`
  if (end.kind === 'failed')
    return new SecretsError('EDITOR_FAILED', `the editor ${end.reason}; nothing was written`, { place, hint })
  return new SecretsError('INTERRUPTED', 'the editor was interrupted; nothing was written', { place, hint })
}

function textOf(content: Uint8Array): string | undefined {
  const text = Buffer.from(content).toString('utf8')
  return Buffer.compare(Buffer.from(text, 'utf8'), content) === 0 ? text : undefined
}
