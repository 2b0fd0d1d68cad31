import type { Selection } from '../../core/metadata-model.ts'
import type { FilePlan } from '../../project/access/plan-file.ts'
import type { EntryPlace } from '../../project/encryption-state.ts'
import type { Terminal } from '../terminal.ts'
import { visible } from '../visible-text.ts'

/** How a plan is shown. */
export interface PlanReportOptions {
  readonly paint: (style: Parameters<Terminal['paint']>[0], text: string) => string
}

/** Entries of one kind that are listed for one file before the rest is counted. */
const LISTED = 10

/** A plan for a person: a line for each file that changes, and what changes below it. */
export function planLines(files: readonly FilePlan[], { paint }: PlanReportOptions): readonly string[] {
  const changed = files.filter(({ state }) => state === 'changed')
  const lines = changed.flatMap((plan) => {
    const { target, newDataKey, change } = plan
    const where = change?.store === 'index' ? ', in clear in the work tree: staged in git' : ''
    const environment = paint('faint', visible(`${target.environment?.name ?? '(no environment)'}${where}`))
    const head = `${paint('changed', '~')} ${visible(target.shown)}  ${environment}`
    return [head, ...detailLines(plan, paint), ...(newDataKey ? ['    new data key'] : [])]
  })
  return [...lines, summary(files)]
}

/** The same for programs. */
export function planJson(files: readonly FilePlan[]): unknown {
  return files.map(({ target, state, differences, newDataKey, encrypted, decrypted }) => ({
    file: target.shown,
    environment: target.environment?.name ?? null,
    state,
    added: differences.missing,
    removed: differences.extra,
    regrouped: differences.regrouped,
    threshold: differences.threshold ?? null,
    selection: differences.selection ?? null,
    macOnlyEncrypted: differences.macOnlyEncrypted ?? null,
    newDataKey,
    encrypted,
    decrypted,
  }))
}

function detailLines(
  { differences: found, encrypted, decrypted }: FilePlan,
  paint: PlanReportOptions['paint'],
): readonly string[] {
  const { missing, extra, regrouped, threshold, selection, macOnlyEncrypted } = found
  const lines = [
    ...missing.map((name) => `    ${paint('added', '+')} ${visible(name)}: will be able to read it`),
    ...extra.map(({ reference, name }) => {
      const who = name === undefined ? reference : name
      return `    ${paint('removed', '-')} ${visible(who)}: will not be able to read what is written from now on`
    }),
  ]
  if (regrouped) lines.push('    the same recipients, in the groups of the configuration')
  if (threshold !== undefined) lines.push(`    groups needed: ${threshold.wanted} in place of ${threshold.file}`)
  if (selection !== undefined) {
    lines.push(visible(`    selection: ${spelled(selection.wanted)} in place of ${spelled(selection.file)}`))
  }
  if (macOnlyEncrypted !== undefined) {
    lines.push(`    MAC over ${macOnlyEncrypted.wanted ? 'encrypted values alone' : 'all values'}`)
  }
  return [
    ...lines,
    ...listed(encrypted, 'will be encrypted'),
    ...listed(decrypted, paint('warning', 'will stand in clear')),
  ]
}

function listed(places: readonly EntryPlace[], what: string): readonly string[] {
  const lines = places.slice(0, LISTED).map(({ path, line }) => {
    return `    ${visible(path === '' ? `line ${line}` : path)}: ${what}`
  })
  return places.length > LISTED ? [...lines, `    and ${places.length - LISTED} more like it`] : lines
}

function spelled(selection: Selection): string {
  return selection.by === 'none' ? 'everything' : `${selection.by} ${selection.pattern}`
}

function summary(files: readonly FilePlan[]): string {
  const changed = files.filter(({ state }) => state === 'changed').length
  const same = files.filter(({ state }) => state === 'unchanged').length
  const rest = same === 0 ? '' : `, ${same} as ${same === 1 ? 'it' : 'they'} should be`
  return `${changed} file${changed === 1 ? '' : 's'} to change${rest}`
}
