import { join } from 'node:path'
import { type CheckedRange, type CheckFindings, checkRepository } from '../../git/check-repository.ts'
import { exposureProblems } from '../../git/exposure-problems.ts'
import type { RepositoryView } from '../../git/repository-view.ts'
import { CHECK_RULES, type CheckProblem } from '../../project/check-problem.ts'
import { shownPath } from '../../project/paths.ts'
import type { IsWanted } from '../../project/wanted-files.ts'
import type { CommandContext } from '../context.ts'
import type { Findings } from '../report-format.ts'
import { counted, reported } from './print-report.ts'

/** Which contents, of which files, and whether keys are looked for. */
export interface CheckRequest {
  readonly range: CheckedRange
  readonly isWanted: IsWanted | undefined
  readonly checkMac: boolean
  readonly requireSeal: boolean
  /** Whether values that former recipients know are problems. */
  readonly noExposure: boolean
  /** Former recipients, by name or by key, who may know them. */
  readonly except?: readonly string[]
}

/** Judges what git holds, as findings to report. Throws as `checkRepository`. */
export async function runCheck(
  request: CheckRequest,
  view: RepositoryView,
  context: CommandContext,
): Promise<Findings> {
  const { range, isWanted, checkMac, requireSeal, noExposure } = request
  const { git, objects, config, top } = view
  const exposed = noExposure ? await exposedValues(request, view, context) : []
  const found = await checkRepository(range, {
    git,
    objects,
    config,
    checkMac,
    requireSeal,
    keyring: await context.keyring(),
    now: context.now(),
    from: context.cwd,
    ...(isWanted === undefined ? {} : { isWanted }),
  })
  return {
    command: 'check',
    problems: [...found.problems, ...exposed].map((problem) => reported(problem, { top, cwd: context.cwd })),
    rules: CHECK_RULES,
    summary: summaryOf({ ...found, problems: [...found.problems, ...exposed] }),
    counts: {
      files: found.files,
      macUnchecked: found.macUnchecked,
      unsealed: found.unsealed.length,
      ...(noExposure ? { exposed: exposed.length } : {}),
    },
  }
}

async function exposedValues(
  { range, isWanted, except = [] }: CheckRequest,
  { git, objects, config, top }: RepositoryView,
  context: CommandContext,
): Promise<readonly CheckProblem[]> {
  return exposureProblems({
    git,
    objects,
    config,
    keyring: await context.keyring(),
    commit: range.kind === 'commits' ? range.tip : undefined,
    shownAs: (path) => shownPath(context.cwd, join(top, path)),
    isWanted,
    except,
  })
}

function summaryOf({ problems, files, macUnchecked, unsealed }: CheckFindings): string {
  const bad = new Set(problems.map(({ file }) => file)).size
  const first =
    problems.length === 0
      ? `${counted(files, 'secret file')}, no problems`
      : `${counted(problems.length, 'problem')} in ${counted(bad, 'file')}; ${counted(files, 'secret file')} checked`
  const mac = macUnchecked === 0 ? [] : [`the MAC of ${macUnchecked} not checked, which takes a key`]
  return [first, ...mac, ...unsealedText(unsealed)].join('; ')
}

/** A seal that is gone is told by name: sops may have dropped it, or somebody who hides a change. */
function unsealedText(unsealed: CheckFindings['unsealed']): readonly string[] {
  const lost = unsealed.flatMap(({ file, commit }) =>
    commit === undefined ? [] : [`${file} (${commit.slice(0, 10)})`],
  )
  return [
    ...(unsealed.length === 0 ? [] : [`${unsealed.length} without a seal`]),
    ...(lost.length === 0 ? [] : [`which these had until the commit: ${lost.join(', ')}`]),
  ]
}
