import type { ComparedEntry, Comparison } from '../project/compare-entries.ts'
import type { ComparedFiles } from '../project/compare-files.ts'
import type { NativeValue } from '../project/native-value.ts'
import { jsonValueOf, shownValue } from './shown-value.ts'
import type { Style } from './text-style.ts'
import { visible } from './visible-text.ts'

/** How a comparison is shown. */
export interface CompareReportOptions {
  readonly left: string
  readonly right: string
  readonly reveal: boolean
  readonly paint: (style: Style, text: string) => string
}

const SIGNS: Readonly<Record<Comparison, string>> = {
  'left only': '<',
  'right only': '>',
  equal: '=',
  different: '~',
  unknown: '?',
}

/** What programs read. */
const JSON_NAMES: Readonly<Record<Comparison, string>> = {
  'left only': 'left-only',
  'right only': 'right-only',
  equal: 'equal',
  different: 'different',
  unknown: 'unknown',
}

/** The lines for two files, their names first. */
export function compareLines(files: ComparedFiles, options: CompareReportOptions): readonly string[] {
  const width = Math.max(...files.entries.map((entry) => nameOf(entry).length), 0)
  return [
    options.paint('strong', headline(files, options)),
    ...files.entries.map((entry) => entryLine(entry, width, options)),
    ...files.unreadable.map((line) => `  compared without values: ${visible(line)}`),
  ]
}

/** Two files for programs. Values are there with `reveal`, or where they are no secret. */
export function compareJson({ left, right, entries, unreadable }: ComparedFiles, reveal: boolean): unknown {
  return {
    left: left ?? null,
    right: right ?? null,
    entries: entries.map((entry) => ({
      path: entry.path,
      ...(entry.document === 0 ? {} : { document: entry.document + 1 }),
      comparison: JSON_NAMES[entry.comparison],
      secret: entry.secret,
      shared: entry.shared,
      ...(reveal || !entry.secret ? jsonValues(entry) : {}),
    })),
    unreadable,
  }
}

function jsonValues({ left, right }: ComparedEntry): Readonly<Record<string, NativeValue>> {
  return {
    ...(left === undefined ? {} : { left: jsonValueOf(left) }),
    ...(right === undefined ? {} : { right: jsonValueOf(right) }),
  }
}

function headline({ left, right }: ComparedFiles, options: CompareReportOptions): string {
  return `${visible(left ?? noFile(options.left))} | ${visible(right ?? noFile(options.right))}`
}

function noFile(side: string): string {
  return `(no such file in ${side})`
}

function nameOf({ path, document }: ComparedEntry): string {
  return `${visible(path === '' ? '(root)' : path)}${document === 0 ? '' : ` (document ${document + 1})`}`
}

function entryLine(entry: ComparedEntry, width: number, options: CompareReportOptions): string {
  const start = `${SIGNS[entry.comparison]} ${nameOf(entry).padEnd(width)}`
  const style = styleOf(entry)
  const what = whatOf(entry, options)
  return `  ${style === undefined ? start : options.paint(style, start)}  ${what}`
}

function styleOf({ comparison, shared }: ComparedEntry): Style | undefined {
  if (comparison === 'left only') return 'removed'
  if (comparison === 'right only') return 'added'
  return shared ? 'warning' : undefined
}

function whatOf(entry: ComparedEntry, { left, right, reveal }: CompareReportOptions): string {
  const { comparison, shared, secret } = entry
  const values = [entry.left, entry.right].flatMap((scalar) =>
    scalar === undefined ? [] : [visible(shownValue(scalar))],
  )
  const distinct = comparison === 'equal' ? values.slice(0, 1) : values
  const shown = reveal || !secret ? distinct.join(' | ') : ''
  return [words({ comparison, shared, left, right }), shown].filter((part) => part !== '').join(': ')
}

function words(entry: Pick<ComparedEntry, 'comparison' | 'shared'> & { left: string; right: string }): string {
  const { comparison, shared, left, right } = entry
  if (comparison === 'left only') return `only in ${left}`
  if (comparison === 'right only') return `only in ${right}`
  if (comparison === 'unknown') return 'on both sides; no key here reads both values'
  return shared ? 'the same secret on both sides' : comparison
}
