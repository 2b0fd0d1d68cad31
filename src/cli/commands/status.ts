import { fileStatuses, isInOrder } from '../../project/file-status.ts'
import { missingFiles } from '../../project/missing-files.ts'
import type { Project } from '../../project/model.ts'
import { environmentFiles, resolveTargets, type TargetFile } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { gitJson, lookAtGit, tellOfGit } from '../install/git-state.ts'
import { lostSeals } from '../lost-seals.ts'
import { removePrivateLeftovers } from '../private-folder.ts'
import { type StatusFindings, statusJson, statusLines } from '../status-report.ts'
import { findStored } from '../stored-files.ts'
import { warnOfKilled } from '../unfinished/find-killed.ts'

/** Status when something is to be mended: the "no" of a command that answers a question. */
const NOT_IN_ORDER = 1

/** `secrets status` */
export const command: Command = defineCommand({
  name: 'status',
  group: 'daily',
  summary: 'say which files are not as .secretsrc wants them',
  description: [
    'Compares files with the configuration: values in clear, recipients, selection; and checks the MAC of those that a ' +
      'key here opens. All but the MAC works without any key.',
    'Files in clear of an environment that is checked out decrypted are judged by what git has staged of them. Where "secrets install" ' +
      'wrote lines to .gitattributes they are brought in line with the configuration; nothing else is written.',
    'The exit status is 0 when all is in order and 1 when it is not.',
  ],
  examples: [
    { line: 'secrets status', description: 'all files of all environments' },
    { line: 'secrets status production', description: 'one environment' },
    { line: 'secrets status --json --no-keys', description: 'for a program, without touching any key' },
  ],
  positionals: { targets: { arity: 'many', description: 'environments, files or globs', complete: 'target' } },
  options: { noKeys: { type: 'boolean', description: 'look for no key, and check no MAC' } },
  json: true,
  async run({ targets, noKeys }, context) {
    const { terminal } = context
    const killed = await warnOfKilled(context)
    if ((await removePrivateLeftovers(context)) > 0)
      terminal.note('removed what a command that was killed had left in clear')
    const findings = await find(targets, !noKeys, context)
    const git = await lookAtGit(context)
    if (context.json) await terminal.json({ ...statusJson(findings), git: gitJson(git) })
    else {
      await terminal.line(statusLines(findings, (style, text) => terminal.paint(style, text, 'stdout')).join('\n'))
      tellOfGit(git, context)
    }
    const { files, missing } = findings
    return files.every(isInOrder) && !missing.some(({ isFile }) => isFile) && killed === 0 ? 0 : NOT_IN_ORDER
  },
})

async function find(targets: readonly string[], checkMac: boolean, context: CommandContext): Promise<StatusFindings> {
  const { cwd } = context
  const project = targets.length === 0 ? await context.project() : await context.projectIfAny()
  const wanted = await filesOf(targets, project, cwd)
  const progress = context.terminal.progress('checking', wanted.length)
  try {
    const keyring = await context.keyring()
    const files = await fileStatuses(wanted, {
      project,
      keyring,
      checkMac,
      stored: findStored(context),
      onDone: () => progress.advance(),
    })
    const environments = (project?.environments ?? []).filter(
      ({ name }) => targets.length === 0 || targets.includes(name),
    )
    const lost = await lostSeals(files, context)
    return { files, missing: missingFiles(environments, wanted), lostSeals: lost }
  } finally {
    progress.end()
  }
}

/** An environment without files is a finding here, and no error. */
async function filesOf(
  targets: readonly string[],
  project: Project | undefined,
  cwd: string,
): Promise<readonly TargetFile[]> {
  const named = project?.environments.filter(({ name }) => targets.length === 0 || targets.includes(name)) ?? []
  const others = targets.filter((target) => !named.some(({ name }) => name === target))
  const files = [
    ...(project === undefined ? [] : await environmentFiles(project, cwd, named)),
    ...(await resolveTargets(others, { project, cwd })),
  ]
  return [...new Map(files.map((file) => [file.path, file])).values()]
}
