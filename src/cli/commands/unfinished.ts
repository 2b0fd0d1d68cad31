import { fileLine, unfinishedError } from '../../project/changes/refuse-unfinished.ts'
import { forgetChange, settleChange } from '../../project/changes/settle-change.ts'
import type { UnfinishedChange } from '../../project/changes/unfinished-changes.ts'
import { decryptFile } from '../../project/decrypt-files.ts'
import { shownPath } from '../../project/paths.ts'
import { readSecretFile } from '../../project/secret-file.ts'
import { resolveTargets } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { removePrivateLeftovers } from '../private-folder.ts'
import { findKilled } from '../unfinished/find-killed.ts'

/** Status when a change is left unfinished. */
const UNFINISHED = 1

/** `secrets unfinished` */
export const command: Command = defineCommand({
  name: 'unfinished',
  group: 'access',
  summary: 'finish or take back a change that was killed in the middle',
  description: [
    'Commands that change several files change all or none. One that is killed on the way (by kill -9, the system, a power cut) leaves a ' +
      'journal in the folder of git, or where there is none, in your own folder for state; until it is settled, no command writes, ' +
      'and reading goes on. Without an option this shows which files have their new content.',
    'Files that were changed since are not overwritten: nothing is done then. Contents in clear are never kept for this: finishing ' +
      '"decrypt --in-place", or taking back "encrypt", decrypts the files and takes a key.',
    'The exit status is 1 while a change is unfinished.',
  ],
  examples: [
    { line: 'secrets unfinished', description: 'what was killed, and how far it came' },
    { line: 'secrets unfinished --finish', description: 'the rest of the files too' },
    { line: 'secrets unfinished --undo', description: 'all files as they were before' },
  ],
  options: {
    finish: { type: 'boolean', description: 'write the files that are missing', conflicts: ['undo', 'forget'] },
    undo: { type: 'boolean', description: 'take back what was written', conflicts: ['forget'] },
    forget: { type: 'boolean', description: 'leave all files as they are, and drop what was kept' },
  },
  json: true,
  async run({ finish, undo, forget }, context) {
    const changes = await findKilled(context)
    if ((await removePrivateLeftovers(context)) > 0) {
      context.terminal.note('removed what a command that was killed had left in clear')
    }
    const settled = finish || undo || forget
    for (const change of settled ? changes : []) {
      if (forget) await forgetChange(change)
      else await settle(change, finish ? 'finish' : 'undo', context)
    }
    const result = forget ? 'forgotten' : finish ? 'finished' : undo ? 'taken back' : 'unfinished'
    if (context.json) await context.terminal.json(asJson(changes, result, context))
    else await print(changes, result, context)
    return settled || changes.length === 0 ? 0 : UNFINISHED
  },
})

async function settle(change: UnfinishedChange, direction: 'finish' | 'undo', context: CommandContext): Promise<void> {
  if (change.files === undefined) throw unfinishedError(change, context.cwd)
  await settleChange(change, { direction, from: context.cwd, reveal: (path) => reveal(path, context) })
}

async function reveal(path: string, context: CommandContext): Promise<Uint8Array> {
  const { cwd } = context
  const project = await context.projectIfAny()
  const [target] = await resolveTargets([shownPath(cwd, path)], { project, cwd })
  if (target === undefined) throw new Error('a path that stands for no file')
  return (await decryptFile(await readSecretFile(target, { project }), { project, keyring: await context.keyring() }))
    .content
}

type Result = 'unfinished' | 'finished' | 'taken back' | 'forgotten'

async function print(changes: readonly UnfinishedChange[], result: Result, context: CommandContext): Promise<void> {
  const { terminal, cwd } = context
  if (changes.length === 0) return terminal.note('no change is unfinished')
  for (const change of changes) {
    const { message, hint } = unfinishedError(change, cwd)
    if (result === 'unfinished') {
      await terminal.line([message, ...(change.files ?? []).map((file) => `  ${fileLine(file, cwd)}`)].join('\n'))
      terminal.note(change.files === undefined ? (hint ?? '') : 'finish it with --finish, or take it back with --undo')
    } else terminal.note(`${counted(change)}: ${result}`)
  }
}

function counted({ files }: UnfinishedChange): string {
  if (files === undefined) return 'a change'
  return `a change of ${files.length} files`
}

function asJson(changes: readonly UnfinishedChange[], result: Result, { cwd }: CommandContext): unknown {
  return {
    result: changes.length === 0 ? 'none' : result,
    changes: changes.map(({ files }) => ({
      files: files?.map(({ path, state }) => ({ file: shownPath(cwd, path), state })) ?? null,
    })),
  }
}
