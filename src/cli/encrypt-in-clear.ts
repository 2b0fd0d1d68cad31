import { withPlace } from '../core/errors.ts'
import { encryptedAs } from '../formats/encrypted-as.ts'
import { refuseKeyFile } from '../git/refused-content.ts'
import type { InClearFile } from '../project/encrypt-as-stored.ts'
import type { Project } from '../project/model.ts'
import { readFileContent } from '../project/read-file.ts'
import { isInClear, readSecretFile } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import type { CommandContext } from './context.ts'
import { findStored } from './stored-files.ts'

/** Files by what encrypting them means. */
export interface SortedTargets {
  /** Encrypted by themselves. */
  readonly others: readonly TargetFile[]
  /** In clear because their environment is checked out decrypted, with what git has of them. */
  readonly asStored: readonly InClearFile[]
  /** In clear, to stay so: git encrypts them when they are added. */
  readonly left: readonly TargetFile[]
}

/**
 * Sorts the files that `words` stand for. Those in clear on purpose are left so unless they are named, or git would not encrypt
 * them here. Throws `FORMAT_INVALID` for a key file that a pattern names, and what reading files throws.
 */
export async function sortTargets(
  targets: readonly TargetFile[],
  words: readonly string[],
  context: CommandContext,
): Promise<SortedTargets> {
  const project = await context.projectIfAny()
  const others: TargetFile[] = []
  const asStored: InClearFile[] = []
  const left: TargetFile[] = []
  for (const target of targets) {
    if (!words.includes(target.shown)) await refuseKeyFileAt(target, project)
    const decrypted = target.environment?.checkout === 'decrypted'
    const file = decrypted ? await readSecretFile(target, { project }) : undefined
    if (file === undefined || !isInClear(file)) {
      others.push(target)
      continue
    }
    const { bytes, isFiltered } = await findStored(context)(target)
    if (isFiltered && words.length === 0) left.push(target)
    else if (bytes !== undefined && encryptedAs(bytes, '') !== undefined) asStored.push({ file, stored: bytes })
    else others.push(target)
  }
  return { others, asStored, left }
}

/** A pattern that is too wide would lock a key into what it opens. */
async function refuseKeyFileAt({ path, shown }: TargetFile, project: Project | undefined): Promise<void> {
  const { bytes } = await readFileContent(path, { root: project?.root })
  await withPlace({ file: shown }, () => refuseKeyFile(bytes))
}
