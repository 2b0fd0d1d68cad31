import { SecretsError } from '../../core/errors.ts'
import type { CheckedRange } from '../../git/check-repository.ts'
import { commitRange, viewRepository, wantedIn } from '../../git/repository-view.ts'
import { EXCEPT } from '../access/except-option.ts'
import { type Command, defineCommand } from '../command.ts'
import { printReport } from '../guard/print-report.ts'
import { runCheck } from '../guard/run-check.ts'
import { warnOfKilled } from '../unfinished/find-killed.ts'

/** Status when a change of several files was killed in the middle. */
const UNFINISHED = 1

/** `secrets check` */
export const command: Command = defineCommand({
  name: 'check',
  group: 'git',
  summary: 'say whether what git holds is encrypted as .secretsrc wants',
  description: [
    'Judges what git holds, not the work tree: values in clear, recipients and selection other than those of the configuration, metadata ' +
      'that makes no sense, leftovers of merges, secret keys, files that git would store in clear. All of this works without any key; ' +
      'with one, the MAC and the seal are checked too.',
    'By default, and with --all, that is the index: in a pipeline, the commit that is checked out. --staged looks at what the next commit ' +
      'brings in (and at the last commit, which --amend would keep, until it is pushed). REV..REV looks at each commit of a range: a ' +
      'value in clear is reported even where a later commit took it back, since the history keeps it.',
    'With --no-exposure, a value that somebody could read who no longer can is a problem until it is changed ("secrets exposure" lists ' +
      'them). That takes a key, and the whole history.',
    'The exit status is 0 when all is in order and 1 when it is not. "secrets status" judges the work tree.',
  ],
  examples: [
    { line: 'secrets check', description: 'all that git holds, for a pipeline' },
    { line: 'secrets check --staged', description: 'what the next commit brings in, for a hook' },
    { line: 'secrets check origin/main..HEAD --format github', description: 'the commits of a pull request' },
    { line: 'secrets check --no-exposure', description: 'has all been changed that former recipients know?' },
    { line: 'secrets check --format sarif > secrets.sarif', description: 'for code scanning' },
  ],
  positionals: {
    rangeAndTargets: {
      arity: 'many',
      description: 'REV..REV, then environments, files, folders or globs',
      complete: 'target',
    },
  },
  options: {
    staged: { type: 'boolean', description: 'what the next commit brings in', conflicts: ['all'] },
    all: { type: 'boolean', description: 'everything in the index; the default' },
    noKeys: { type: 'boolean', description: 'look for no key, and check no MAC' },
    requireSeal: { type: 'boolean', description: 'fail for files without a seal, which sops drops' },
    noExposure: {
      type: 'boolean',
      description: 'fail while values that former recipients know are in use',
      conflicts: ['noKeys'],
    },
    except: EXCEPT,
    format: {
      type: 'string',
      value: 'FORMAT',
      description: 'text, json, github, sarif or junit',
      choices: ['text', 'json', 'github', 'sarif', 'junit'],
    },
  },
  json: true,
  async run({ rangeAndTargets, staged, noKeys, requireSeal, noExposure, except, format }, context) {
    if (except.length > 0 && !noExposure) throw new SecretsError('USAGE', '--except goes with --no-exposure')
    const index = await viewRepository(context)
    const commits = staged ? undefined : await commitRange(rangeAndTargets[0], index)
    const view = commits === undefined ? index : await viewRepository(context, commits.tip)
    const range: CheckedRange = commits ?? { kind: staged ? 'staged' : 'all' }
    const targets = commits === undefined ? rangeAndTargets : rangeAndTargets.slice(1)
    const isWanted = await wantedIn(targets, view, { cwd: context.cwd, range })
    const request = { range, isWanted, checkMac: !noKeys, requireSeal, noExposure, except }
    const killed = await warnOfKilled(context)
    const status = await printReport(await runCheck(request, view, context), format, context)
    return Math.max(status, killed === 0 ? 0 : UNFINISHED)
  },
})
