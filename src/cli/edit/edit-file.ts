import { basename } from 'node:path'
import { isSecretsError, SecretsError } from '../../core/errors.ts'
import { hasMarkers } from '../../core/merge/conflict-markers.ts'
import { formatPath } from '../../core/path-syntax.ts'
import { stateFolder } from '../../project/changes/state-folder.ts'
import { clearPaths } from '../../project/clear-paths.ts'
import {
  findKeptEdit,
  type KeptEdit,
  type KeptEdits,
  keepEdit,
  keptEditsFolder,
  openKeptBase,
  openKeptEdit,
  removeKeptEdit,
} from '../../project/kept-edit.ts'
import { mergeEdit } from '../../project/merge-edit.ts'
import { openPlainFile, type PlainFile, type PlainFileOptions, sealPlainFile } from '../../project/plain-file.ts'
import type { TargetFile } from '../../project/targets.ts'
import { writeFiles } from '../../project/write-files.ts'
import type { CommandContext } from '../context.ts'
import { SIGNAL_STATUS } from '../exit-status.ts'
import { noteUnsealed } from '../note-unsealed.ts'
import { reportError } from '../report-error.ts'
import { type EditorCommand, editorCommand, missingWaitOption } from './editor-command.ts'
import { createPrivateFile } from './private-file.ts'
import { type EditorEnd, runEditor } from './run-editor.ts'

/** What `secrets edit` was asked to do with a kept edit, and how it reads the file. */
export interface EditOptions {
  readonly resume: boolean
  readonly discard: boolean
  readonly format: string | undefined
}

/** Errors of a text that its author can mend. */
const MENDABLE: ReadonlySet<string> = new Set([
  'FORMAT_INVALID',
  'RESERVED_KEY',
  'EMPTY_FILE',
  'LIMIT_EXCEEDED',
  'SELECTION_INVALID',
])

/** Errors on the way to another round are for the person who edits. */
const PLAINLY = { json: false, debug: false } as const

/**
 * Edits a file in the user's editor. What was entered is never lost: when it cannot be saved it is kept encrypted, and `resume`
 * goes on with it. Gives the exit status: not 0 when a signal ended the editor, which is reported then. Throws `UNCHANGED`,
 * `EDITOR_FAILED`, `FILE_CHANGED`, and what opening, sealing and writing throw.
 */
export async function editFile(target: TargetFile, options: EditOptions, context: CommandContext): Promise<number> {
  const session = await openSession(target, options, context)
  if (options.discard) await session.discard()
  else await session.edit(await session.firstText(options.resume), await editorCommand(context))
  return session.status
}

async function openSession(target: TargetFile, { format }: EditOptions, context: CommandContext): Promise<EditSession> {
  const project = await context.projectIfAny()
  const { keyring, now } = context
  const options = { project, keyring, now, format }
  const plain = await openPlainFile(target, options)
  return new EditSession(plain, options, context)
}

class EditSession {
  readonly #plain: PlainFile
  readonly #options: PlainFileOptions
  readonly #context: CommandContext
  readonly #kept: KeptEdits
  /** What the editor shows when there is nothing to go on with. */
  readonly #original: Uint8Array
  /** Whether the kept edit is gone on with; one that is not stays where it is. */
  #resumed = false
  /** Whether the text that the editor began with has markers of conflicts. */
  #hasMarkers = false
  /** That of the signal which ended the editor. */
  status = 0

  constructor(plain: PlainFile, options: PlainFileOptions, context: CommandContext) {
    this.#plain = plain
    this.#options = options
    this.#context = context
    this.#kept = { folder: keptEditsFolder(context), keyring: context.keyring, now: context.now }
    this.#original = plain.existing === undefined ? firstContent(plain) : plain.content
  }

  async discard(): Promise<void> {
    await removeKeptEdit(this.#plain, this.#kept.folder)
    this.#context.terminal.note(`${this.#shown}: no edit is kept`)
  }

  /** The kept edit, if it is wanted, else the file. */
  async firstText(resume: boolean): Promise<Uint8Array> {
    const kept = await findKeptEdit(this.#plain, this.#kept.folder)
    if (kept === undefined) {
      if (!resume) return this.#original
      throw new SecretsError('FILE_NOT_FOUND', 'no edit of this file is kept', {
        place: { file: this.#shown },
        hint: `secrets edit ${this.#shown}`,
      })
    }
    if (!resume && !(await this.#wantsKept())) return this.#original
    this.#resumed = true
    const text = await this.#withChanges(kept)
    this.#hasMarkers = hasMarkers(Buffer.from(text).toString('utf8'))
    await this.#reportProblem(text)
    return text
  }

  /** A kept edit, with what became of the file after it was begun. */
  async #withChanges(kept: KeptEdit): Promise<Uint8Array> {
    const { terminal } = this.#context
    const keyring = await this.#context.keyring()
    const edit = await openKeptEdit(kept, keyring)
    const base = kept.isCurrent ? undefined : await openKeptBase(kept, keyring)
    if (kept.isCurrent) return edit
    if (base === undefined || this.#plain.existing === undefined) {
      const message = `${this.#shown} was changed after the kept edit was begun: saving it undoes those changes`
      terminal.warn(message, `compare with: secrets decrypt ${this.#shown}`)
      return edit
    }
    const merged = mergeEdit(this.#plain.format, { base, edit, current: this.#plain.content })
    if (merged.hasConflicts) {
      terminal.warn(
        `${this.#shown}: somebody changed what you edited: both stand between markers`,
        'leave one of them, or what fits both, and remove the markers',
      )
    } else terminal.note(`${this.#shown} was changed meanwhile: those changes are merged into your edit`)
    return merged.text
  }

  /** Runs the editor until its text can be saved, or its author gives up. */
  async edit(start: Uint8Array, editor: EditorCommand): Promise<void> {
    let text: Uint8Array | undefined = start
    while (text !== undefined) text = await this.#round(text, editor)
  }

  get #shown(): string {
    return this.#plain.target.shown
  }

  /** One run of the editor; gives the text that is to be edited again, or undefined when it is saved. */
  async #round(start: Uint8Array, editor: EditorCommand): Promise<Uint8Array | undefined> {
    const { end, text } = await this.#inEditor(start, editor)
    if (end.kind === 'failed') throw await this.#unfinished('EDITOR_FAILED', end.reason, text)
    if (end.kind === 'interrupted') {
      const error = await this.#unfinished('INTERRUPTED', 'was interrupted', text)
      this.status = SIGNAL_STATUS[end.signal]
      reportError(error, this.#context.terminal, PLAINLY)
      return undefined
    }
    if (sameBytes(text, this.#original)) throw await this.#unchanged(editor)
    try {
      await this.#save(text)
      return undefined
    } catch (error) {
      if (isMendable(error) && this.#context.terminal.interactive) {
        reportError(error, this.#context.terminal, PLAINLY)
        if (await this.#wantsAnotherRound(text)) return text
      }
      throw await this.#keeping(error, text)
    }
  }

  async #inEditor(
    start: Uint8Array,
    editor: EditorCommand,
  ): Promise<{ readonly end: EditorEnd; readonly text: Uint8Array }> {
    const file = await createPrivateFile(basename(this.#plain.target.path), start, this.#context)
    try {
      const end = await runEditor(editor, file.path, this.#context)
      return { end, text: await file.read().catch(() => start) }
    } finally {
      await file.remove()
    }
  }

  async #save(text: Uint8Array): Promise<void> {
    const { terminal, signal } = this.#context
    if (this.#hasMarkers) refuseMarkers(text, this.#shown)
    const change = await sealPlainFile(this.#plain, text, this.#options)
    if (change !== undefined) {
      await this.#warnOfClear(text)
      await writeFiles([change], {
        root: this.#options.project?.root,
        makeFolders: true,
        signal,
        state: stateFolder(this.#context),
      })
    }
    await this.#forgetKept()
    terminal.note(`${this.#shown}: saved`)
    noteUnsealed(change === undefined ? [] : [change], this.#context)
  }

  /** What a selection leaves in clear is easily overlooked in a file whose other values are encrypted. */
  async #warnOfClear(text: Uint8Array): Promise<void> {
    const { format, selection, existing, content } = this.#plain
    const part = { format, selection, path: [] }
    const before = existing === undefined ? [] : await clearPaths({ ...part, content })
    const known = new Set(before.map((path) => formatPath(path)))
    const now = await clearPaths({ ...part, content: text })
    const fresh = [...new Set(now.map((path) => formatPath(path)))].filter((path) => !known.has(path))
    for (const path of fresh) this.#context.terminal.warn(`${this.#shown}: ${path} is stored in clear`)
  }

  async #unchanged(editor: EditorCommand): Promise<SecretsError> {
    await this.#forgetKept()
    const option = missingWaitOption(editor)
    return new SecretsError('UNCHANGED', 'nothing was changed, and nothing was written', {
      place: { file: this.#shown },
      ...(option === undefined ? {} : { hint: `the editor may not have waited: set ${editor.source}="… ${option}"` }),
    })
  }

  async #unfinished(code: 'EDITOR_FAILED' | 'INTERRUPTED', what: string, text: Uint8Array): Promise<unknown> {
    const place = { file: this.#shown }
    return this.#keeping(new SecretsError(code, `the editor ${what}; nothing was written`, { place }), text)
  }

  /** Keeps what was entered, and says in the error how to go on with it. */
  async #keeping(error: unknown, text: Uint8Array): Promise<unknown> {
    if (text.length === 0 || sameBytes(text, this.#original)) return error
    await keepEdit(this.#plain, text, this.#kept)
    const hint = `what you entered is kept encrypted; go on with: secrets edit --resume ${this.#shown}`
    if (!isSecretsError(error)) {
      this.#context.terminal.note(hint)
      return error
    }
    const { code, message, place, details, cause } = error
    return new SecretsError(code, message, { place, details, hint, ...(cause === undefined ? {} : { cause }) })
  }

  async #forgetKept(): Promise<void> {
    if (this.#resumed) await removeKeptEdit(this.#plain, this.#kept.folder)
  }

  async #reportProblem(text: Uint8Array): Promise<void> {
    try {
      await sealPlainFile(this.#plain, text, this.#options)
    } catch (error) {
      if (!isMendable(error)) throw error
      reportError(error, this.#context.terminal, PLAINLY)
    }
  }

  async #wantsKept(): Promise<boolean> {
    const { terminal, questions } = this.#context
    const again = `secrets edit --resume ${this.#shown}`
    const message = 'an edit of this file that could not be saved is kept'
    if (terminal.interactive) {
      return questions.confirm({ message: `${message}: go on with it?`, instead: again, suggestion: true })
    }
    terminal.warn(`${this.#shown}: ${message}`, `${again}, or --discard to forget it`)
    return false
  }

  /** An answer that cannot be had (Ctrl-C) is a no. */
  async #wantsAnotherRound(text: Uint8Array): Promise<boolean> {
    const question = { message: 'edit again?', instead: `secrets edit --resume ${this.#shown}`, suggestion: true }
    try {
      return await this.#context.questions.confirm(question)
    } catch (error) {
      throw await this.#keeping(error, text)
    }
  }
}

function refuseMarkers(text: Uint8Array, file: string): void {
  const lines = Buffer.from(text).toString('utf8')
  if (!hasMarkers(lines)) return
  const line = lines.split('\n').findIndex((one) => one.startsWith('<<<<<<<')) + 1
  throw new SecretsError('FORMAT_INVALID', 'conflict markers are left', { place: { file, line } })
}

function isMendable(error: unknown): error is SecretsError {
  return isSecretsError(error) && MENDABLE.has(error.code)
}

/** A format without an empty text (JSON) begins with its empty root. */
function firstContent({ format }: PlainFile): Uint8Array {
  return Buffer.from(format.name === 'json' ? '{\n}\n' : '', 'utf8')
}

function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return Buffer.compare(a, b) === 0
}
