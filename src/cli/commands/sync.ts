import { SecretsError } from '../../core/errors.ts'
import { planSync } from '../../project/access/plan-access.ts'
import type { FilePlan } from '../../project/access/plan-file.ts'
import { shownPath } from '../../project/paths.ts'
import { environmentFiles, resolveTargets, type TargetFile } from '../../project/targets.ts'
import { applyPlan, PLAN_OPTIONS, refusePlaintext } from '../access/apply-plan.ts'
import { planJson } from '../access/plan-report.ts'
import { withProgress } from '../access/with-progress.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { attributesChange } from '../install/keep-attributes.ts'

/** Status when files are still not as the configuration wants them. */
const DIFFERENT = 1

/** `secrets sync` */
export const command: Command = defineCommand({
  name: 'sync',
  group: 'access',
  summary: 'make encrypted files what .secretsrc says',
  writes: true,
  description: [
    'Brings recipients, groups, threshold and selection of existing files in line with the configuration. The text of the files ' +
      'stays. Where a recipient goes, or groups change, the file gets a new data key; where one comes, it keeps its own, and ' +
      'the key of one reader is enough. All files are written or none is.',
    'Lines that "secrets install" wrote to .gitattributes follow the configuration too. A file in clear of an environment that is checked ' +
      'out decrypted stays so: what git has of it is changed, and staged.',
    'The plan is shown first. Values that the selection does not cover any more are only decrypted with --allow-plaintext.',
    'The exit status is 1 with --dry-run when anything differs, when the answer is no, and when a file is not encrypted at all.',
  ],
  examples: [
    { line: 'secrets sync', description: 'all environments' },
    { line: 'secrets sync --dry-run production', description: 'what would change' },
    { line: 'secrets sync --yes secrets/production.yaml', description: 'one file, without asking' },
  ],
  positionals: { targets: { arity: 'many', description: 'environments, files or globs', complete: 'target' } },
  options: {
    ...PLAN_OPTIONS,
    allowPlaintext: { type: 'boolean', description: 'decrypt values that are not to be encrypted any more' },
  },
  json: true,
  async run({ targets, yes, dryRun, allowPlaintext }, context) {
    const project = await context.project()
    const files = await plan(targets, context)
    if (!dryRun) refusePlaintext(files, allowPlaintext)
    const attributes = await attributesChange(project, context)
    const changes = [...files.flatMap(({ change }) => change ?? []), ...(attributes === undefined ? [] : [attributes])]
    const lines =
      attributes === undefined
        ? []
        : [`${shownPath(context.cwd, attributes.path)}: names the files as the configuration does`]
    const outcome = await applyPlan({ lines, files, changes, root: project.root, yes, dryRun }, context)
    if (context.json) {
      const shown = attributes === undefined ? null : shownPath(context.cwd, attributes.path)
      await context.terminal.json({ written: outcome === 'written', attributes: shown, files: planJson(files) })
    }
    if (outcome === 'same') context.terminal.note('nothing to do: all encrypted files are as the configuration says')
    if (outcome === 'written') context.terminal.note(`changed ${counted(changes.length)}`)
    return outcome === 'not written' || files.some(isLeftPlain) ? DIFFERENT : 0
  },
})

async function plan(targets: readonly string[], context: CommandContext): Promise<readonly FilePlan[]> {
  const wanted = await filesOf(targets, context)
  return withProgress(context, (options) => planSync(wanted, options))
}

async function filesOf(targets: readonly string[], context: CommandContext): Promise<readonly TargetFile[]> {
  const { cwd } = context
  const project = await context.project()
  const files =
    targets.length > 0 ? await resolveTargets(targets, { project, cwd }) : await environmentFiles(project, cwd)
  if (files.length > 0) return files
  throw new SecretsError('FILE_NOT_FOUND', 'no environment has any file yet', {
    hint: 'look at "files" of the environments in the configuration',
  })
}

/** A work tree in clear is as its environment wants it. */
function isLeftPlain({ state, target }: FilePlan): boolean {
  return state === 'plain' && target.environment?.checkout !== 'decrypted'
}

function counted(files: number): string {
  return files === 1 ? '1 file' : `${files} files`
}
