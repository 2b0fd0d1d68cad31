/** Who changed each entry of a file of the work tree last. */
import { SecretsError } from '../core/errors.ts'
import { type BlamedEntry, blameEntries } from '../git/blame-entries.ts'
import { CommittedVersions } from '../git/committed-versions.ts'
import { fileHistory } from '../git/file-history.ts'
import type { GitObjects } from '../git/git-objects.ts'
import { pathInRepository } from '../git/revision.ts'
import { shellWord } from '../project/check-problem.ts'
import { type FileVersion, readVersion } from '../project/file-version.ts'
import { readSecretFile } from '../project/secret-file.ts'
import type { TargetFile } from '../project/targets.ts'
import type { CommandContext } from './context.ts'

/** Follows the entries of a file through its history. Throws `UNKNOWN_TARGET` for one that was never committed, and what reading throws. */
export async function blameFile(
  file: TargetFile,
  { top, objects }: { readonly top: string; readonly objects: GitObjects },
  context: CommandContext,
): Promise<readonly BlamedEntry[]> {
  const path = await pathInRepository(top, file.path)
  const history = await fileHistory(path, 'HEAD', context)
  if (history.length === 0) {
    throw new SecretsError('UNKNOWN_TARGET', 'the file was never committed', {
      place: { file: file.shown },
      hint: `git add ${shellWord(file.shown)}`,
    })
  }
  const versions = new CommittedVersions(objects, await context.keyring())
  const [head] = history
  const committed = head === undefined ? undefined : await versions.of(head)
  return blameEntries({ history, versions, worktree: await worktreeVersion(file, committed, context) })
}

/** A plain file says nothing about an encrypted one that cannot be opened: then the last commit is looked at. */
async function worktreeVersion(
  file: TargetFile,
  committed: FileVersion | undefined,
  context: CommandContext,
): Promise<FileVersion | undefined> {
  const present = await readSecretFile(file, { project: await context.projectIfAny() })
  if (present.sealed === undefined && committed?.problem !== undefined) return undefined
  return readVersion(present, await context.keyring())
}
