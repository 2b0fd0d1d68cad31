import type { KeyContext } from '../../../src/keys/key-provider.ts'

/** A context of one command with nothing in it but what the test says. */
export function keyContext(given: Partial<KeyContext> = {}): KeyContext {
  const made = new Map<string, Promise<unknown>>()
  return {
    env: {},
    platform: 'linux',
    home: '/nowhere',
    now: () => new Date('2024-01-02T03:04:05Z'),
    once<Value>(key: string, make: () => Promise<Value>): Promise<Value> {
      const known = made.get(key) ?? make()
      made.set(key, known)
      // What is kept under a key was made by the same caller, with the same type.
      return known as Promise<Value>
    },
    ...given,
  }
}
