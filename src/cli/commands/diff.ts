import { readSides } from '../../git/diff-sides.ts'
import { diffFiles } from '../../project/diff-files.ts'
import { type Command, defineCommand } from '../command.ts'
import { diffJson, diffLines } from '../diff-report.ts'

/** Status of `--exit-code` where there are differences, as `git diff` has it. */
const DIFFERENT = 1

/** `secrets diff` */
export const command: Command = defineCommand({
  name: 'diff',
  group: 'daily',
  summary: 'say which values changed since a commit',
  description: [
    'Compares the work tree with a commit, HEAD by default, entry by entry: + is new, - is gone, ~ has another value. Secret values are ' +
      'shown with --reveal alone. New and former recipients are named.',
    'Without a key, ciphertexts are compared: under the same data key an equal value keeps its ciphertext. What was encrypted anew under ' +
      'another one is marked with ?.',
    'The first argument is a commit unless it is an environment, a file or a glob; refs/heads/staging is always a branch. The ' +
      'exit status is 0, with --exit-code 1 where there are differences, as for git diff.',
  ],
  examples: [
    { line: 'secrets diff', description: 'all environments, since the last commit' },
    { line: 'secrets diff main production', description: 'one environment, since the branch main' },
    { line: 'secrets diff --reveal HEAD~3 secrets/staging.yaml', description: 'with values' },
    { line: 'secrets diff --exit-code --quiet', description: 'for scripts' },
  ],
  positionals: {
    revisionAndTargets: {
      arity: 'many',
      description: 'a commit, then environments, files or globs',
      complete: 'target',
    },
  },
  options: {
    reveal: { type: 'boolean', description: 'show secret values' },
    exitCode: { type: 'boolean', description: 'end with status 1 if there are differences' },
  },
  json: true,
  async run({ revisionAndTargets, reveal, exitCode }, context) {
    const { terminal, json } = context
    const { revision, before, after } = await readSides(revisionAndTargets, context)
    const project = await context.projectIfAny()
    const found = await diffFiles(before, after, { project, keyring: await context.keyring() })
    const paint = (...[style, text]: Parameters<typeof terminal.paint>): string => terminal.paint(style, text, 'stdout')
    if (json) await terminal.json({ revision, files: found.map((file) => diffJson(file, reveal)) })
    else for (const file of found) await terminal.line(diffLines(file, { reveal, paint }).join('\n'))
    if (!json && found.length === 0) terminal.note(`no differences from ${revision}`)
    return exitCode && found.length > 0 ? DIFFERENT : 0
  },
})
