import { planRotation } from '../../project/access/rotate-file.ts'
import { environmentFiles, resolveTargets } from '../../project/targets.ts'
import { noteStaged } from '../access/apply-plan.ts'
import { planJson } from '../access/plan-report.ts'
import { type Command, defineCommand } from '../command.ts'
import { noteUnsealed } from '../note-unsealed.ts'
import { findStored } from '../stored-files.ts'
import { writeChanges } from '../write-changes.ts'

/** `secrets rotate` */
export const command: Command = defineCommand({
  name: 'rotate',
  group: 'access',
  summary: 'give files new data keys',
  writes: true,
  description: [
    'Encrypts every value anew under a new data key, for the recipients that the file has and by its own selection; the text stays. ' +
      'Without a target it takes the files of all environments. All files are written or none is.',
    'Who could read the values before may have kept them: change the values themselves where that matters.',
  ],
  examples: [
    { line: 'secrets rotate production', description: 'one environment' },
    { line: 'secrets rotate', description: 'all of them' },
  ],
  positionals: { targets: { arity: 'many', description: 'environments, files or globs', complete: 'target' } },
  json: true,
  async run({ targets }, context) {
    const { cwd, now, terminal } = context
    const project = targets.length === 0 ? await context.project() : await context.projectIfAny()
    const all = targets.length === 0 && project !== undefined
    const wanted = all ? await environmentFiles(project, cwd) : await resolveTargets(targets, { project, cwd })
    const progress = terminal.progress('encrypting', wanted.length)
    const keyring = await context.keyring()
    const options = { project, keyring, now, stored: findStored(context), onDone: () => progress.advance() }
    const files = await planRotation(wanted, options).finally(() => progress.end())
    const changes = files.flatMap(({ change }) => change ?? [])
    noteStaged(await writeChanges(changes, project?.root, context), context)
    noteUnsealed(changes, context)
    for (const { target, state } of files) {
      if (state === 'changed') terminal.note(`${target.shown} has a new data key`)
      else terminal.warn(`${target.shown} is not encrypted, and was left alone`, `secrets encrypt ${target.shown}`)
    }
    if (context.json) await terminal.json({ written: true, files: planJson(files) })
  },
})
