import { join } from 'node:path'
import { isSecretsError, SecretsError, withPlace } from '../../core/errors.ts'
import { hasMarkers } from '../../core/merge/conflict-markers.ts'
import { conflictedPaths, conflictedVersions } from '../../git/conflicted-versions.ts'
import { type FileMerge, mergeFile } from '../../git/merge-file.ts'
import { requireWorkTree } from '../../git/repository.ts'
import { pathInRepository } from '../../git/revision.ts'
import { stageEncrypted } from '../../git/tracked-files.ts'
import { stateFolder } from '../../project/changes/state-folder.ts'
import { shellWord } from '../../project/check-problem.ts'
import { shownPath } from '../../project/paths.ts'
import { readFileContent } from '../../project/read-file.ts'
import { openSecretFile, readSecretFile } from '../../project/secret-file.ts'
import { resolveTargets, type TargetFile, targetFile } from '../../project/targets.ts'
import { writeFiles } from '../../project/write-files.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { solveInEditor } from '../edit/solve-conflict.ts'
import { reportMerge } from '../merge-messages.ts'
import { findUnexpected } from '../merge-recipients.ts'

/** `secrets merge` */
export const command: Command = defineCommand({
  name: 'merge',
  group: 'git',
  summary: 'solve conflicts in secret files',
  writes: true,
  description: [
    'Merges the versions that git could not merge, entry by entry. What only one side changed is merged; what both changed is shown in the ' +
      'editor in plain text, between conflict markers. The solution is encrypted, with the ciphertext of the side that a value comes from.',
    'A file whose environment is checked out decrypted is staged at once, since its recipients have no place in the work tree.',
    'Without a file: all secret files that git has in conflict. A file that was merged line by line, on a server for instance, so that its ' +
      'MAC is wrong now, is merged again from what the merge was made of.',
    'Recipients that the configuration names on neither side are refused: name them there to accept them, or leave them out with ' +
      '--drop-unexpected, which makes a new data key.',
    'Also works as a merge tool of git: git mergetool -t secrets.',
  ],
  examples: [
    { line: 'secrets merge', description: 'all files in conflict' },
    { line: 'secrets merge secrets/production.yaml', description: 'one file' },
    { line: 'secrets merge --theirs secrets/staging.env', description: 'take their version of what both changed' },
  ],
  positionals: {
    target: { arity: 'many', description: 'environments, files or globs', complete: 'target' },
  },
  options: {
    ours: { type: 'boolean', description: 'take our version of what both sides changed', conflicts: ['theirs'] },
    theirs: { type: 'boolean', description: 'take their version of what both sides changed' },
    dropUnexpected: { type: 'boolean', description: 'leave out recipients that the configuration does not name' },
  },
  async run({ target, ours, theirs, dropUnexpected }, context) {
    const top = await requireWorkTree(context)
    const files = target.length === 0 ? await conflicted(top, context) : await named(target, context)
    if (files.length === 0) context.terminal.note('no secret file is in conflict')
    for (const file of files) {
      await withPlace({ file: file.shown }, () =>
        mergeOne(file, { top, take: ours ? 'ours' : theirs ? 'theirs' : undefined, dropUnexpected }, context),
      )
    }
  },
})

interface MergeChoice {
  readonly top: string
  readonly take: 'ours' | 'theirs' | undefined
  readonly dropUnexpected: boolean
}

async function named(targets: readonly string[], context: CommandContext): Promise<readonly TargetFile[]> {
  return resolveTargets(targets, { project: await context.projectIfAny(), cwd: context.cwd })
}

/** All that git has in conflict and that is a secret file: an environment claims it, or it is encrypted. */
async function conflicted(top: string, context: CommandContext): Promise<readonly TargetFile[]> {
  const project = await context.projectIfAny()
  const paths = (await conflictedPaths(context)).map((path) => join(top, path))
  const files = await Promise.all(paths.map((path) => targetFile(path, shownPath(context.cwd, path), { project })))
  const secret = await Promise.all(files.map((file) => isSecret(file)))
  return files.filter((_, index) => secret[index] === true)
}

async function isSecret({ environment, path }: TargetFile): Promise<boolean> {
  if (environment !== undefined) return true
  const content = await readFileContent(path).catch(() => undefined)
  return content !== undefined && Buffer.from(content.bytes).includes('ENC[AES256_GCM,')
}

async function mergeOne(target: TargetFile, choice: MergeChoice, context: CommandContext): Promise<void> {
  const { terminal, keyring, now, signal } = context
  const project = await context.projectIfAny()
  const { bytes: current } = await readFileContent(target.path, { root: project?.root })
  const path = await pathInRepository(choice.top, target.path)
  const inConflict = (await conflictedPaths(context)).includes(path)
  const suspect = inConflict || hasMarkers(Buffer.from(current).toString('utf8'))
  if (!suspect && (await isWell(target, context))) return terminal.note(`${target.shown}: nothing to merge`)
  const versions = await conflictedVersions(path, current, context)
  if (versions === undefined) throw noVersions(target)
  const markers = { ours: 'ours', theirs: 'theirs' }
  const unexpected = await findUnexpected(path, undefined, context)
  const { dropUnexpected } = choice
  const merge = await mergeFile(versions, {
    path,
    keyring: await keyring(),
    now: now(),
    markers,
    unexpected,
    dropUnexpected,
  })
  reportMerge(target.shown, merge, terminal)
  const content = await solution(merge, { target, current }, choice, context)
  if (Buffer.compare(content, current) !== 0) {
    await writeFiles([{ path: target.path, content, expects: current, protection: 'shared' }], {
      root: project?.root,
      signal,
      state: stateFolder(context),
    })
  }
  if (target.environment?.checkout !== 'decrypted') {
    return terminal.note(`${target.shown}: merged; mark it as solved: git add ${shellWord(target.shown)}`)
  }
  // In clear it would lose who can open it, which is for git to store.
  await stageEncrypted(path, { cwd: choice.top, env: context.env })
  terminal.note(`${target.shown}: merged and staged`)
}

/** A file that opens needs no merge. One that nobody here can open may be well. */
async function isWell(target: TargetFile, context: CommandContext): Promise<boolean> {
  try {
    const file = await readSecretFile(target, { project: await context.projectIfAny() })
    if (file.sealed === undefined) return true
    await openSecretFile(file, await context.keyring())
    return true
  } catch (error) {
    if (isSecretsError(error) && BROKEN.has(error.code)) return false
    throw error
  }
}

/** What a merge by lines does to a secret file. */
const BROKEN: ReadonlySet<string> = new Set(['FORMAT_INVALID', 'METADATA_INVALID', 'MAC_MISMATCH', 'VALUE_DAMAGED'])

async function solution(
  merge: FileMerge,
  file: { readonly target: TargetFile; readonly current: Uint8Array },
  { take }: MergeChoice,
  context: CommandContext,
): Promise<Uint8Array> {
  const { outcome, content, solvable, problem } = merge
  if (outcome === 'merged') return content
  if (solvable === undefined) throw problem ?? notEncrypted(file.target)
  if (take !== undefined) return solvable.seal(solvable[take])
  return solveInEditor({ ...file, conflict: solvable }, context)
}

function notEncrypted({ shown }: TargetFile): SecretsError {
  return new SecretsError('NOT_ENCRYPTED', 'neither version of the file is encrypted', {
    hint: `solve the conflict in an editor, then encrypt the file with "secrets encrypt ${shown}"`,
  })
}

function noVersions({ shown }: TargetFile): SecretsError {
  return new SecretsError('MAC_MISMATCH', 'the file is damaged, and git has no merge that it could come from', {
    hint: `restore it from git, or read what is left of it with "secrets recover ${shown}"`,
  })
}
