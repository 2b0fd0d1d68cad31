/**
 * The smudge filter: what git puts into the work tree. It never fails, because a checkout, a clone or a merge that stops
 * in the middle loses files: what cannot be decrypted stays encrypted.
 */
import { encryptedAs } from '../formats/encrypted-as.ts'
import type { Keyring } from '../keys/keyring.ts'
import { conflictLine } from '../project/conflict-left.ts'
import { openSecretFile, secretFileOf } from '../project/secret-file.ts'
import type { CleanMemory } from './clean-memory.ts'
import type { FilterRequest } from './filter-protocol.ts'
import type { FindConfig } from './path-configs.ts'
import { trackedFile } from './tracked-file.ts'
import type { WrittenFiles } from './written-files.ts'

/** What smudging needs. */
export interface SmudgeOptions {
  /** Absolute path of the top of the work tree. */
  readonly top: string
  /** The configuration of a path in the commit that is checked out; the work tree's where git does not name one. */
  readonly config: (path: string, treeish: string | undefined) => ReturnType<FindConfig>
  /** Names of environments that stay encrypted in this clone. */
  readonly locked: () => Promise<ReadonlySet<string>>
  readonly memory: Pick<CleanMemory, 'add'>
  readonly written: Pick<WrittenFiles, 'add'>
  readonly keyring: () => Promise<Keyring>
  /** Told of each file that should have been decrypted and was not. */
  readonly onKept: (path: string, error: unknown) => void
}

/** The plain content of a file whose environment is checked out decrypted; else, and on any error, what came in. */
export async function smudgeContent(request: FilterRequest, options: SmudgeOptions): Promise<Uint8Array> {
  const { path, content, treeish } = request
  if (encryptedAs(content, '') === undefined) return content
  try {
    const project = await options.config(path, treeish)
    const target = trackedFile(options.top, path, project)
    if (target.environment?.checkout !== 'decrypted') return content
    if ((await options.locked()).has(target.environment.name)) return content
    const file = await secretFileOf(target, content)
    if (file.sealed === undefined) return content
    const open = await openSecretFile(file, await options.keyring())
    await options.memory.add(path, open.content, content)
    options.written.add(path, open.content, content)
    return open.content
  } catch (error) {
    // Git has said that the file is in conflict, and a conflict stays encrypted.
    if (conflictLine(content) === undefined) options.onKept(path, error)
    return content
  }
}
