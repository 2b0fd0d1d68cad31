import type { ExposedValue, Exposure } from '../../project/access/exposure.ts'
import type { Terminal } from '../terminal.ts'
import { tableLines } from './table.ts'

type Paint = (style: Parameters<Terminal['paint']>[0], text: string) => string

/** Whether a value must still be changed, as far as can be told. */
export function isOpen({ state }: ExposedValue): boolean {
  return state === 'exposed' || state === 'unknown'
}

const WORDS: Readonly<Record<ExposedValue['state'], string>> = {
  exposed: '[ ] to be changed',
  unknown: '[?] no key here tells',
  changed: '[x] changed',
  removed: '[x] removed',
}

/** What former recipients could read, for a person: those that must be changed first. */
export function exposureLines(
  found: readonly Exposure[],
  nameOf: (reference: string) => string,
  paint: Paint,
): readonly string[] {
  return found.flatMap(({ reference, values }) => {
    const open = values.filter(isOpen).length
    const head = `${nameOf(reference)} could read ${counted(values.length)}; ${open === 0 ? 'all of them were changed' : `${open} to be changed at ${open === 1 ? 'its' : 'their'} source`}`
    const sorted = [...values].sort((a, b) => Number(isOpen(b)) - Number(isOpen(a)))
    const rows = sorted.map(({ file, path, state, since }) => [
      `  ${WORDS[state]}`,
      `${file}: ${path === '' ? '(all of it)' : path}`,
      since === undefined ? 'not committed' : `since ${since.date.slice(0, 10)} (${since.commit.slice(0, 9)})`,
    ])
    return values.length === 0 ? [] : [paint('strong', head), ...tableLines(rows)]
  })
}

/** The same for programs. */
export function exposureJson(found: readonly Exposure[], nameOf: (reference: string) => string): unknown {
  return found.map(({ reference, values }) => ({ recipient: nameOf(reference), reference, values }))
}

function counted(values: number): string {
  return values === 1 ? '1 value' : `${values} values`
}
