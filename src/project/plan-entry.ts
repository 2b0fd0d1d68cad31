import { SecretsError, withPlace } from '../core/errors.ts'
import { formatPath } from '../core/path-syntax.ts'
import { readPlain } from '../core/sealed-text.ts'
import { isScalar, type MapNode, type Path, type PlainValue, type TreeNode } from '../core/tree.ts'
import { changeEntry, valueAround } from './change-entry.ts'
import { clearPaths } from './clear-paths.ts'
import type { FileChange } from './file-change.ts'
import { entriesAt, findEntry, missingEntry } from './find-entry.ts'
import { openPlainFile, type PlainFile, type PlainFileOptions, sealPlainFile } from './plain-file.ts'
import { isBinaryContent } from './read-entry.ts'
import type { TargetFile } from './targets.ts'

/** An entry that is to be changed. */
export interface EntryPlan {
  readonly path: Path
  /** The document of a YAML file, from 1; needed only where it is not clear which one is meant. */
  readonly document?: number | undefined
  /** The new value, asked for once the file is open. Undefined removes the entry. */
  readonly value: ((place: ValuePlace) => Promise<PlainValue>) | undefined
  /** Whether a value may be stored that the selection leaves in clear. */
  readonly allowPlaintext: boolean
  /** Whether removing what is not there is fine. */
  readonly ifExists?: boolean
}

/** Where a value is put. */
export interface ValuePlace {
  /** What stands there now. */
  readonly current: TreeNode | undefined
  /** Whether the value is the content of a binary file: bytes. */
  readonly isContent: boolean
}

/** What is to be written, and what it does. */
export interface PlannedEntry {
  /** Undefined when nothing changes. */
  readonly change: FileChange | undefined
  readonly outcome: 'created' | 'changed' | 'unchanged'
  /** Values of the entry that will stand in clear. */
  readonly clear: readonly Path[]
}

/**
 * Works out how one entry of a file changes; nothing is written. Throws `BAD_PATH` for a path that leads nowhere,
 * `SELECTION_EMPTY` for a value that would stand in clear, what `value` throws, and what opening and sealing throw, with the
 * file as place.
 */
export async function planEntry(target: TargetFile, plan: EntryPlan, options: PlainFileOptions): Promise<PlannedEntry> {
  const plain = await openPlainFile(target, options)
  return withPlace({ file: target.shown }, async () => {
    const { content, document } = await changedContent(plain, plan)
    const { format, selection } = plain
    const clear = await clearPaths({ format, content, selection, path: plan.path, document })
    if (clear.length > 0 && !plan.allowPlaintext) throw staysClear(clear)
    const change = await sealPlainFile(plain, content, options)
    const outcome = plain.existing === undefined ? 'created' : change === undefined ? 'unchanged' : 'changed'
    return { change, outcome, clear }
  })
}

interface ChangedContent {
  readonly content: Uint8Array
  readonly document: number
}

async function changedContent(plain: PlainFile, plan: EntryPlan): Promise<ChangedContent> {
  if (plain.format.plainContent !== undefined) return { content: await binaryContent(plain, plan), document: 0 }
  if (plan.path.length === 0) {
    throw new SecretsError('BAD_PATH', 'no entry is named', { hint: 'name one behind the file: database.password' })
  }
  return plain.existing === undefined ? firstContent(plain, plan) : editedContent(plain, plan)
}

async function binaryContent({ format }: PlainFile, { path, value }: EntryPlan): Promise<Uint8Array> {
  if (value === undefined || !isBinaryContent(format, path)) {
    throw new SecretsError('BAD_PATH', 'a binary file has no entries, only its content', {
      hint: 'leave out the path to change all of it',
    })
  }
  const content = await value({ current: undefined, isContent: true })
  if (!isScalar(content)) throw new SecretsError('FORMAT_INVALID', 'a binary file has no maps and no lists')
  return Buffer.from(content.canonical)
}

async function firstContent({ format }: PlainFile, { path, value }: EntryPlan): Promise<ChangedContent> {
  if (value === undefined) throw new SecretsError('FILE_NOT_FOUND', 'the file does not exist')
  const root = valueAround(path, await value({ current: undefined, isContent: false }))
  return { content: Buffer.from(format.render([root]), 'utf8'), document: 0 }
}

async function editedContent({ format, content }: PlainFile, plan: EntryPlan): Promise<ChangedContent> {
  const { parsed, byteOrderMark } = readPlain(format, content)
  const { node, document } = placeFor(parsed.documents, plan)
  if (node === undefined && plan.value === undefined) return { content, document }
  const value = await plan.value?.({ current: node, isContent: false })
  const text = changeEntry(format, parsed, { path: plan.path, document, value })
  return { content: Buffer.from(byteOrderMark ? `\ufeff${text}` : text, 'utf8'), document }
}

/** What stands at the path, and the document it is in or belongs into. */
function placeFor(
  documents: readonly MapNode[],
  { path, document: number, value, ifExists = false }: EntryPlan,
): { readonly node: TreeNode | undefined; readonly document: number } {
  const found = entriesAt(documents, path, number)
  if (found.length > 0) return findEntry(documents, path, number)
  if (value === undefined) {
    if (ifExists) return { node: undefined, document: 0 }
    throw missingEntry(documents, path)
  }
  if (number !== undefined) return { node: undefined, document: number - 1 }
  if (documents.length === 1) return { node: undefined, document: 0 }
  throw new SecretsError('BAD_PATH', `the file has ${documents.length} documents, and the entry is in none of them`, {
    place: { path: formatPath(path) },
    hint: 'say which one it belongs into with --document',
  })
}

function staysClear(clear: readonly Path[]): SecretsError {
  const [first = []] = clear
  return new SecretsError('SELECTION_EMPTY', "the file's selection leaves this entry in clear", {
    place: { path: formatPath(first) },
    details: clear.slice(1).map((path) => formatPath(path)),
    hint: 'choose another name for it, change the selection, or store it in clear with --allow-plaintext',
  })
}
