import { createHash } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { withPlace } from '../core/errors.ts'
import { openSealed } from '../core/open-text.ts'
import { sealText } from '../core/seal-text.ts'
import { readSealed } from '../core/sealed-text.ts'
import { formatByName } from '../formats/find-format.ts'
import type { Keyring } from '../keys/keyring.ts'
import { type StateSurroundings, stateFolder } from './changes/state-folder.ts'
import type { PlainFile } from './plain-file.ts'
import { readFileContent } from './read-file.ts'
import { sealNewFile } from './seal-new-file.ts'
import type { TargetFile } from './targets.ts'
import { writeFiles } from './write-files.ts'

/** Where edits that could not be saved are kept, encrypted. */
export interface KeptEdits {
  /** Absolute; need not exist. */
  readonly folder: string
  readonly keyring: () => Promise<Keyring>
  readonly now: () => Date
}

/** An edit that waits to be gone on with. */
export interface KeptEdit {
  readonly path: string
  /** Where the content is kept that the edit was begun from; undefined for a new file. */
  readonly basePath: string | undefined
  /** Whether the file is still what the edit was begun from. */
  readonly isCurrent: boolean
}

/** Ends of the names of what is kept: the text, and what it was made from. */
const EDIT = '.json'
const BASE = '.base'

/** The user's folder for kept edits. */
export function keptEditsFolder(surroundings: StateSurroundings): string {
  return join(stateFolder(surroundings), 'edits')
}

/**
 * Keeps a text that could not be saved, and what it was made from, in the place of one kept before: encrypted as a whole to the
 * recipients of its file (or of its environment, for a new one), 0600. Throws what sealing and writing throw.
 */
export async function keepEdit(plain: PlainFile, text: Uint8Array, kept: KeptEdits): Promise<void> {
  const stem = `${stemOf(plain.target)}-${stateOf(plain)}`
  const contents = [
    { name: `${stem}${EDIT}`, content: await sealEdit(plain, text, kept) },
    ...(plain.existing === undefined
      ? []
      : [{ name: `${stem}${BASE}`, content: await sealEdit(plain, plain.content, kept) }]),
  ]
  const changes = contents.map(({ name, content }) => {
    return { path: join(kept.folder, name), content, expects: 'anything', protection: 'private' } as const
  })
  await writeFiles(changes, { makeFolders: true })
  const written = new Set(contents.map(({ name }) => name))
  const others = (await namesFor(plain.target, kept.folder)).filter((name) => !written.has(name))
  await Promise.all(others.map((name) => rm(join(kept.folder, name), { force: true })))
}

/** The edit of a file that is kept; undefined when there is none. */
export async function findKeptEdit(plain: PlainFile, folder: string): Promise<KeptEdit | undefined> {
  const names = await namesFor(plain.target, folder)
  const name = names.find((one) => one.endsWith(EDIT))
  if (name === undefined) return undefined
  const base = `${name.slice(0, -EDIT.length)}${BASE}`
  return {
    path: join(folder, name),
    basePath: names.includes(base) ? join(folder, base) : undefined,
    isCurrent: name === `${stemOf(plain.target)}-${stateOf(plain)}${EDIT}`,
  }
}

/** The text of a kept edit. Throws `CANNOT_OPEN`, `READ_FAILED` and what else opening throws. */
export async function openKeptEdit({ path }: KeptEdit, keyring: Keyring): Promise<Uint8Array> {
  return openKept(path, keyring)
}

/** The content that a kept edit was begun from; undefined where it was a new file. Throws as `openKeptEdit`. */
export async function openKeptBase({ basePath }: KeptEdit, keyring: Keyring): Promise<Uint8Array | undefined> {
  return basePath === undefined ? undefined : openKept(basePath, keyring)
}

async function openKept(path: string, keyring: Keyring): Promise<Uint8Array> {
  return withPlace({ file: path }, async () => {
    const { bytes } = await readFileContent(path)
    const sealed = readSealed(await formatByName('binary'), bytes)
    const { content } = await openSealed(sealed, await keyring.open(sealed.metadata, { file: path, content: bytes }))
    return content
  })
}

/** Forgets the edit of a file, if one is kept. */
export async function removeKeptEdit({ target }: Pick<PlainFile, 'target'>, folder: string): Promise<void> {
  const names = await namesFor(target, folder)
  await Promise.all(names.map((name) => rm(join(folder, name), { force: true })))
}

async function sealEdit({ existing, rule, target }: PlainFile, text: Uint8Array, kept: KeptEdits): Promise<Uint8Array> {
  const binary = await formatByName('binary')
  if (existing?.open !== undefined) {
    const { sealed: opened, dataKey } = existing.open
    const { groups, shamirThreshold } = opened.metadata
    const sealed = await sealText(binary, text, {
      dataKey,
      groups,
      shamirThreshold,
      selection: { by: 'none' },
      macOnlyEncrypted: false,
      now: kept.now(),
    })
    return sealed.content
  }
  if (rule === undefined) throw new Error('a file that neither exists nor has rules')
  const options = { rule, keyring: await kept.keyring(), now: kept.now(), shown: target.shown }
  return (await sealNewFile(binary, text, options)).content
}

async function namesFor(target: TargetFile, folder: string): Promise<readonly string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((name) => name.startsWith(`${stemOf(target)}-`) && (name.endsWith(EDIT) || name.endsWith(BASE)))
    .sort()
}

function stemOf({ path }: TargetFile): string {
  return digest(path).slice(0, 32)
}

/** Tells whether the file is still the one that an edit was begun from, without a trace of its content. */
function stateOf({ existing }: PlainFile): string {
  return existing === undefined ? 'new' : digest(existing.file.bytes).slice(0, 16)
}

function digest(content: string | Uint8Array): string {
  return createHash('sha256').update(content).digest('hex')
}
