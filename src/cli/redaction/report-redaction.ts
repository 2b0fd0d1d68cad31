import type { Redactor, SecretIndex } from '../../pipeline/redaction/redactor.ts'
import { visible } from '../visible-text.ts'

/** How often each name was masked, most often first; values of one name in several files count together. */
export function maskedNames(index: SecretIndex, redactors: readonly Redactor[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { counts: own } of redactors) {
    for (const [secret, count] of own.entries()) {
      const name = index.names[secret]
      if (name !== undefined && count > 0) counts.set(name, (counts.get(name) ?? 0) + count)
    }
  }
  return new Map([...counts].toSorted(([, left], [, right]) => right - left))
}

/** `password (3 times), token (once)` */
export function maskedText(counts: ReadonlyMap<string, number>): string {
  return [...counts].map(([name, count]) => `${visible(name)} (${timesOf(count)})`).join(', ')
}

function timesOf(count: number): string {
  if (count === 1) return 'once'
  return count === 2 ? 'twice' : `${count} times`
}
