import type { Scalar } from '../core/scalar.ts'
import type { EntryDifference } from '../project/diff-entries.ts'
import type { FileDifference } from '../project/diff-files.ts'
import type { NativeValue } from '../project/native-value.ts'
import { jsonValueOf, MASK, shownValue } from './shown-value.ts'
import type { Style } from './text-style.ts'
import { visible } from './visible-text.ts'

/** How differences are shown. */
export interface DiffReportOptions {
  readonly reveal: boolean
  readonly paint: (style: Style, text: string) => string
}

const SIGNS = { added: '+', removed: '-', changed: '~', rewritten: '?' } as const

const STYLES: Readonly<Record<EntryDifference['change'], Style>> = {
  added: 'added',
  removed: 'removed',
  changed: 'changed',
  rewritten: 'changed',
}

/** The lines for one file, its name first. */
export function diffLines(difference: FileDifference, options: DiffReportOptions): readonly string[] {
  const { entries, recipients, remarks, unreadable } = difference
  const width = Math.max(...entries.map((entry) => nameOf(entry).length), 0)
  return [
    options.paint('strong', visible(headline(difference))),
    ...entries.map((entry) => entryLine(entry, width, options)),
    ...recipientLines(recipients, options),
    ...remarks.map((remark) => `  ! ${remark}`),
    ...(unreadable.length === 0 ? [] : [`  compared without values: ${[...new Set(unreadable)].join('; ')}`]),
  ]
}

/** One file for programs. Values are there with `reveal`, or where they are no secret. */
export function diffJson(difference: FileDifference, reveal: boolean): unknown {
  const { file, formerly, change, entries, recipients, remarks, unreadable } = difference
  return {
    file,
    ...(formerly === undefined ? {} : { formerly }),
    change,
    entries: entries.map((entry) => ({
      path: entry.path,
      ...(entry.document === 0 ? {} : { document: entry.document + 1 }),
      change: entry.change,
      secret: entry.secret,
      ...jsonField('before', entry.before, reveal || !entry.secret),
      ...jsonField('after', entry.after, reveal || !entry.secret),
    })),
    recipients,
    remarks,
    unreadable,
  }
}

function headline({ file, formerly, change }: FileDifference): string {
  if (change === 'renamed') return `${formerly} → ${file} (renamed)`
  return change === 'changed' ? file : `${file} (${change})`
}

function nameOf({ path, document }: EntryDifference): string {
  return `${visible(path === '' ? '(root)' : path)}${document === 0 ? '' : ` (document ${document + 1})`}`
}

function entryLine(entry: EntryDifference, width: number, { reveal, paint }: DiffReportOptions): string {
  const start = `${SIGNS[entry.change]} ${nameOf(entry).padEnd(width)}`
  const values = [entry.before, entry.after].map((scalar) => valueText(scalar, reveal || !entry.secret))
  return `  ${paint(STYLES[entry.change], start)}  ${tail(entry, values)}`.trimEnd()
}

function tail({ change, secret }: EntryDifference, [before = '', after = '']: readonly string[]): string {
  if (change === 'rewritten') return `${MASK}, encrypted anew: without its key nobody can tell whether it changed`
  if (change === 'added') return after
  if (change === 'removed') return before
  return secret && before === MASK && after === MASK ? MASK : `${before} → ${after}`
}

/** Without a key there is nothing to show, asked for or not. */
function valueText(scalar: Scalar | undefined, shown: boolean): string {
  return scalar === undefined || !shown ? MASK : visible(shownValue(scalar))
}

function recipientLines(
  { added, removed }: FileDifference['recipients'],
  { paint }: DiffReportOptions,
): readonly string[] {
  return [
    ...added.map((name) => `  ${paint('added', `+ recipient ${visible(name)}`)}`),
    ...removed.map((name) => `  ${paint('removed', `- recipient ${visible(name)}`)}`),
  ]
}

function jsonField(name: string, scalar: Scalar | undefined, shown: boolean): Readonly<Record<string, NativeValue>> {
  return scalar === undefined || !shown ? {} : { [name]: jsonValueOf(scalar) }
}
