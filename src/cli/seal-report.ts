import type { SealPlan } from '../project/seal/plan-seal.ts'
import { type DiffReportOptions, diffLines } from './diff-report.ts'
import { visible } from './visible-text.ts'

/** What the plans would do, for a person: each file, what it is compared with, and what differs, by name. */
export function sealPlanLines(plans: readonly SealPlan[], paint: DiffReportOptions['paint']): readonly string[] {
  return plans.flatMap((plan) => {
    const { target, state, since, difference, lines, change } = plan
    if (change === undefined) return []
    const [, ...entries] = difference === undefined ? [] : diffLines(difference, { reveal: false, paint })
    const head = `${target.shown}: ${state === 'wrong' ? 'its seal is wrong' : 'it has no seal'}${comparedWith(since)}`
    const differing = [...entries, ...lines.map((line) => `  ! ${visible(line)}`)]
    return [paint('strong', visible(head)), ...(differing.length > 0 ? differing : [nothingFound(plan)])]
  })
}

/** The plans for programs; no values. */
export function sealPlanJson({ target, state, since, difference, lines, change }: SealPlan): unknown {
  return {
    file: target.shown,
    seal: state,
    sealed: change !== undefined,
    since: since === undefined ? null : { commit: since.commit, date: since.date },
    entries: (difference?.entries ?? []).map(({ path, document, change: what }) => ({ path, document, change: what })),
    recipients: difference?.recipients ?? { added: [], removed: [] },
    differences: [...(difference?.remarks ?? []), ...lines],
  }
}

function comparedWith(since: SealPlan['since']): string {
  return since === undefined ? '' : `; since commit ${since.commit.slice(0, 10)} of ${since.date.slice(0, 10)}`
}

function nothingFound({ since, state }: SealPlan): string {
  if (since === undefined) return '  it never had one that can be checked here: there is nothing to compare it with'
  return state === 'missing'
    ? '  nothing else differs'
    : '  only spelling differs: quotes, tags, anchors, the form of the metadata'
}
