import type { Project } from '../../project/model.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { checks } from '../doctor/checks.ts'
import type { Finding } from '../doctor/finding.ts'
import { fixGit } from '../doctor/fix-git.ts'
import type { Style } from '../text-style.ts'
import { visible } from '../visible-text.ts'

/** Status where something is to be mended. */
const PROBLEMS = 1

const STYLES: Readonly<Record<Finding['state'], Style>> = { ok: 'added', note: 'faint', problem: 'error' }

/** `secrets doctor` */
export const command: Command = defineCommand({
  name: 'doctor',
  group: 'start',
  summary: 'look for what is wrong here, and say what mends it',
  description: [
    'Looks at the programs, the configuration, the keys that are found (by their public names), which environments they open, files that ' +
      'are in clear, keys that git tracks, and changes that were killed in the middle. Changes nothing, but removes what killed ' +
      'commands left in clear.',
    'The exit status is 0 when nothing has to be mended, else 1.',
  ],
  examples: [
    { line: 'secrets doctor', description: 'on a new machine, or when something does not work' },
    { line: 'secrets doctor --fix', description: 'after Node was updated or moved' },
    { line: 'secrets doctor --json', description: 'for a program' },
  ],
  options: {
    fix: {
      type: 'boolean',
      description: 'first bring in line what "secrets install" set, when Node or the configuration moved',
    },
  },
  json: true,
  async run({ fix }, context) {
    const parts = { context, project: await projectIfUsable(context) }
    const fixed = fix && parts.project !== undefined ? await fixGit(parts.project, context) : []
    for (const line of fixed) context.terminal.note(line)
    const report: { readonly topic: string; readonly findings: readonly Finding[] }[] = []
    for (const { topic, find } of checks) report.push({ topic, findings: await find(parts) })
    const problems = report.flatMap(({ findings }) => findings.filter(({ state }) => state === 'problem')).length
    const { terminal } = context
    if (context.json) {
      const findings = report.flatMap(({ topic, findings: list }) => list.map((finding) => ({ topic, ...finding })))
      await terminal.json({ problems, findings, fixed })
      return problems === 0 ? 0 : PROBLEMS
    }
    const lines = report.flatMap(({ topic, findings }) => [
      terminal.paint('strong', topic, 'stdout'),
      ...findings.flatMap((finding) => findingLines(finding, context)),
    ])
    await terminal.line(lines.join('\n'))
    terminal.note(problems === 0 ? 'nothing has to be mended' : `${problems} to mend`)
    return problems === 0 ? 0 : PROBLEMS
  },
})

/** An invalid configuration is a finding, and not the end of the report. */
async function projectIfUsable(context: CommandContext): Promise<Project | undefined> {
  return context.projectIfAny().catch(() => undefined)
}

function findingLines({ state, message, mend }: Finding, { terminal }: CommandContext): readonly string[] {
  const first = `  ${terminal.paint(STYLES[state], state.padEnd(8), 'stdout')} ${visible(message)}`
  return mend === undefined ? [first] : [first, `           ${visible(mend)}`]
}
