import { SecretsError } from '../../core/errors.ts'
import type { ChoiceSource } from '../../pipeline/choice/candidates.ts'
import type { ChosenEntries, ReaderAbilities } from '../../pipeline/choice/choice.ts'
import { chooseEntries } from '../../pipeline/choice/choose-entries.ts'
import { type DecryptedFile, decryptFiles } from '../../project/decrypt-files.ts'
import type { Job } from '../../project/model.ts'
import { resolveTargets, type TargetFile } from '../../project/targets.ts'
import type { CommandContext } from '../context.ts'
import type { ReadChoice } from './read-choice.ts'

/**
 * The files of targets, decrypted with a line of progress. A job that is for some environments is refused others before a key is
 * looked for. Throws `CONFIG_INVALID` then, and what resolving and decrypting throw.
 */
export async function openChosen(
  targets: readonly string[],
  { job }: Pick<ReadChoice, 'job'>,
  context: CommandContext,
): Promise<readonly DecryptedFile[]> {
  const project = await context.projectIfAny()
  const files = await resolveTargets(targets, { project, cwd: context.cwd })
  if (job !== undefined) refuseOtherEnvironments(job, files)
  const progress = context.terminal.progress('decrypting', files.length)
  try {
    return await decryptFiles(files, { project, keyring: await context.keyring(), onDone: () => progress.advance() })
  } finally {
    progress.end()
  }
}

/**
 * The entries of decrypted files that are handed on, as the reader calls them. Binary files that it cannot hold are left out with a note.
 * Throws what `chooseEntries` throws.
 */
export function chosenEntries(
  choice: ReadChoice,
  files: readonly DecryptedFile[],
  reader: ReaderAbilities,
  { terminal }: CommandContext,
): ChosenEntries {
  const chosen = chooseEntries(files.map(sourceOf), choice, reader)
  const { leftBinary } = chosen
  if (leftBinary.length > 0) {
    terminal.note(`binary files are no variables, and are left out: ${leftBinary.join(', ')}`)
  }
  return chosen
}

function refuseOtherEnvironments({ name, environments, place }: Job, files: readonly TargetFile[]): void {
  const other = files.find(({ environment }) => !(environments?.includes(environment?.name ?? '') ?? true))
  if (other === undefined) return
  throw new SecretsError('CONFIG_INVALID', `job ${name} is not for ${other.environment?.name ?? other.shown}`, {
    place,
    hint: `it is for ${(environments ?? []).join(', ')}`,
  })
}

function sourceOf({ file, open, content }: DecryptedFile): ChoiceSource {
  const shown = file.target.shown
  if (file.format.plainContent !== undefined) return { file: shown, entries: [], bytes: content }
  return { file: shown, quoted: file.format.name === 'dotenv', entries: open.entries }
}
