import { type CheckedRange, type CheckFindings, checkRepository } from '../../git/check-repository.ts'
import { CHECK_RULES } from '../../project/check-problem.ts'
import type { IsWanted } from '../../project/wanted-files.ts'
import type { CommandContext } from '../context.ts'
import type { Findings } from '../report-format.ts'
import { counted, reported } from './print-report.ts'
import type { RepositoryView } from './repository-view.ts'

/** Which contents, of which files, and whether keys are looked for. */
export interface CheckRequest {
  readonly range: CheckedRange
  readonly isWanted: IsWanted | undefined
  readonly checkMac: boolean
}

/** Judges what git holds, as findings to report. Throws as `checkRepository`. */
export async function runCheck(
  { range, isWanted, checkMac }: CheckRequest,
  { git, objects, config, top }: RepositoryView,
  context: CommandContext,
): Promise<Findings> {
  const found = await checkRepository(range, {
    git,
    objects,
    config,
    checkMac,
    keyring: await context.keyring(),
    now: context.now(),
    from: context.cwd,
    ...(isWanted === undefined ? {} : { isWanted }),
  })
  return {
    command: 'check',
    problems: found.problems.map((problem) => reported(problem, { top, cwd: context.cwd })),
    rules: CHECK_RULES,
    summary: summaryOf(found),
    counts: { files: found.files, macUnchecked: found.macUnchecked },
  }
}

function summaryOf({ problems, files, macUnchecked }: CheckFindings): string {
  const bad = new Set(problems.map(({ file }) => file)).size
  const first =
    problems.length === 0
      ? `${counted(files, 'secret file')}, no problems`
      : `${counted(problems.length, 'problem')} in ${counted(bad, 'file')}; ${counted(files, 'secret file')} checked`
  return macUnchecked === 0 ? first : `${first}; the MAC of ${macUnchecked} not checked, which takes a key`
}
