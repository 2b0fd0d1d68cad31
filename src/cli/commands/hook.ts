import { pushedCommits } from '../../git/pushed-commits.ts'
import { type Command, defineCommand } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { printReport } from '../guard/print-report.ts'
import { viewRepository } from '../guard/repository-view.ts'
import { runCheck } from '../guard/run-check.ts'

/** `secrets hook`: what the hooks of git start. */
export const command: Command = defineCommand({
  name: 'hook',
  group: 'hidden',
  summary: 'what the hooks of git start',
  examples: [{ line: 'secrets hook pre-commit', description: 'check and scan what is staged' }],
  positionals: {
    name: { arity: 'one', description: 'which hook', choices: ['pre-commit', 'pre-push'] },
    args: { arity: 'many', description: 'what git gives the hook' },
  },
  async run({ name, args }, context) {
    return name === 'pre-commit' ? beforeCommit(context) : beforePush(args[0], context)
  },
})

async function beforeCommit(context: CommandContext): Promise<number> {
  const view = await viewRepository(context)
  const found = await runCheck({ range: { kind: 'staged' }, isWanted: undefined, checkMac: false }, view, context)
  return found.problems.length === 0 ? 0 : printReport(found, 'text', context)
}

async function beforePush(remote: string | undefined, context: CommandContext): Promise<number> {
  const { git } = await viewRepository(context)
  const ranges = await pushedCommits(await referencesOf(context), remote, git)
  let status = 0
  for (const range of ranges) {
    const view = await viewRepository(context, range.tip)
    const found = await runCheck({ range, isWanted: undefined, checkMac: false }, view, context)
    if (found.problems.length > 0) status = await printReport(found, 'text', context)
  }
  return status
}

/** As git tells them; pre-commit reads those lines itself and hands on what they say by variables. */
async function referencesOf({ env, readInput }: CommandContext): Promise<string> {
  const { PRE_COMMIT_FROM_REF: from = '', PRE_COMMIT_TO_REF: to = '' } = env
  return to === '' ? (await readInput()).toString('utf8') : `- ${to} - ${from}`
}
