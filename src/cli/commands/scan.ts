import { SecretsError } from '../../core/errors.ts'
import { viewRepository, wantedIn } from '../../git/repository-view.ts'
import { type Command, defineCommand } from '../command.ts'
import { printReport } from '../guard/print-report.ts'
import { runLikely } from '../guard/run-likely.ts'
import { runScan } from '../guard/run-scan.ts'

/** `secrets scan` */
export const command: Command = defineCommand({
  name: 'scan',
  group: 'git',
  summary: 'find values of secret files in other files',
  description: [
    'Decrypts the secret files that git holds and looks for their values in all other files: as they are and however they are quoted (JSON, ' +
      'XML, shells, URLs and such, also within each other), in base64 (at any alignment) and base64url, hexadecimal, UTF-16, wrapped, and ' +
      'line by line. Never prints a value: only where it stands, and whose it is. Targets say whose values are looked for.',
    'A value is looked for when it has at least 8 bytes and 20 bits of entropy, is no single word or number that is short, and none of some ' +
      'common words. A line that holds secrets:allow, or follows one that does, is passed over.',
    'It knows no other secrets than these. --likely looks for what seems to be a key or a token, by the rules of secretlint, which is to be ' +
      'installed beside secretsrc; it needs no key. docs/checks.md has settings for other scanners. The exit status is 0 when nothing was found and 1 when something was.',
  ],
  examples: [
    { line: 'secrets scan', description: 'everything in the index' },
    { line: 'secrets scan --staged', description: 'what the next commit brings in' },
    { line: 'secrets scan --likely', description: 'keys and tokens that no secret file knows' },
    { line: 'secrets scan --history production', description: 'values of production in any commit' },
  ],
  positionals: {
    targets: { arity: 'many', description: 'environments, files or globs: whose values', complete: 'target' },
  },
  options: {
    staged: { type: 'boolean', description: 'what the next commit brings in', conflicts: ['all', 'history'] },
    all: { type: 'boolean', description: 'everything in the index; the default', conflicts: ['history'] },
    history: { type: 'boolean', description: 'everything in any commit of any branch or tag' },
    likely: { type: 'boolean', description: 'what looks like a key or a token, by the rules of secretlint' },
    format: {
      type: 'string',
      value: 'FORMAT',
      description: 'text, json, github, sarif or junit',
      choices: ['text', 'json', 'github', 'sarif', 'junit'],
    },
  },
  json: true,
  async run({ targets, staged, history, likely, format }, context) {
    const view = await viewRepository(context)
    const range = staged ? 'staged' : history ? 'history' : 'all'
    if (likely) {
      if (targets.length > 0)
        throw new SecretsError('USAGE', '--likely looks for no values of secret files: leave out targets')
      return printReport(await runLikely(range, view, context.cwd), format, context)
    }
    const isWanted = await wantedIn(targets, view, context)
    const { findings, known } = await runScan(range, isWanted, view, context)
    if (known.reason !== undefined) {
      if (known.values + known.skipped === 0) throw known.reason
      context.terminal.warn(`the values of ${known.unopened} secret files are not known here: ${known.reason.message}`)
    }
    return printReport(findings, format, context)
  },
})
