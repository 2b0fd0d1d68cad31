import type { Selection } from '../core/metadata-model.ts'
import type { CheckProblem } from './check-problem.ts'
import { shellWord } from './check-problem.ts'
import type { Differences } from './differences.ts'

type Found = Omit<CheckProblem, 'file'>

/** Where a file is not as its environment wants it, as problems. */
export function differenceProblems(found: Differences, file: string, environment: string): readonly Found[] {
  const mend = `secrets sync ${shellWord(file)}`
  return [
    ...found.extra.map(
      ({ reference, name }): Found => ({
        rule: 'unexpected-recipient',
        message: `${name ?? reference} can read the file, and environment ${environment} does not name ${name === undefined ? 'this recipient' : 'them'}`,
        hint: `if that is right, name it in the configuration; else ${mend}`,
      }),
    ),
    ...found.missing.map(
      (name): Found => ({
        rule: 'missing-recipient',
        message: `${name} cannot read the file, and environment ${environment} names them`,
        hint: mend,
      }),
    ),
    ...otherProblems(found).map((problem): Found => ({ ...problem, hint: mend })),
  ]
}

function otherProblems({ regrouped, threshold, selection, macOnlyEncrypted }: Differences): readonly Found[] {
  const problems: Found[] = []
  if (regrouped) {
    problems.push({
      rule: 'recipient-groups',
      message: 'its recipients stand in other groups than in the configuration',
    })
  }
  if (threshold !== undefined) {
    const message = `it takes ${threshold.file} groups to open the file, and ${threshold.wanted} by the configuration`
    problems.push({ rule: 'recipient-groups', message })
  }
  if (selection !== undefined) {
    const message = `its selection is ${selectionText(selection.file)}, and ${selectionText(selection.wanted)} by the configuration`
    problems.push({ rule: 'other-selection', message })
  }
  if (macOnlyEncrypted !== undefined) {
    const message = `its MAC covers ${covered(macOnlyEncrypted.file)}, and ${covered(macOnlyEncrypted.wanted)} by the configuration`
    problems.push({ rule: 'other-mac-scope', message })
  }
  return problems
}

function covered(onlyEncrypted: boolean): string {
  return onlyEncrypted ? 'encrypted values alone' : 'all values'
}

function selectionText(selection: Selection): string {
  return selection.by === 'none' ? 'everything' : `${selection.by} ${selection.pattern}`
}
