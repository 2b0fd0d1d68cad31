import type { DotenvDialect } from './dialect.ts'

/** A form that all of these readers take for the same value: none with quotes, since some of them keep those. */
export function portableAmong(dialects: readonly DotenvDialect[]): DotenvDialect {
  return {
    name: 'portable',
    summary: 'all of these readers alike',
    notations: (value) => [...new Set([value, ...dialects.flatMap(({ notations }) => notations(value))])],
    read: (text) => agreed(dialects.map(({ read }) => read(text))),
    limits: [
      {
        fits: () => true,
        reason:
          'no form of it means the same to all readers: it is not one word of letters, digits and _ @ % + , . / : = -',
      },
    ],
  }
}

function agreed(
  readings: readonly (ReadonlyMap<string, string> | undefined)[],
): ReadonlyMap<string, string> | undefined {
  const [first] = readings
  if (first === undefined) return undefined
  const same = readings.every(
    (other) => other?.size === first.size && [...first].every(([name, value]) => other.get(name) === value),
  )
  return same ? first : undefined
}
