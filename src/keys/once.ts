import type { KeyContext } from './key-provider.ts'

/** The memory of one command: one promise for each key; a failed one is forgotten so that asking again tries again. */
export function createOnce(): KeyContext['once'] {
  const made = new Map<string, Promise<unknown>>()
  return async <Value>(key: string, make: () => Promise<Value>): Promise<Value> => {
    const known = made.get(key)
    // Each key has one maker, so what is stored under it has that maker's type; a map cannot say so.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    if (known !== undefined) return known as Promise<Value>
    const value = make()
    made.set(key, value)
    value.catch(() => made.delete(key))
    return value
  }
}
