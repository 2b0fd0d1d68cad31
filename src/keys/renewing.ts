/** Milliseconds before its end at which something is made anew. */
const MARGIN = 120_000

/** Gives the same value until shortly before it expires (an `edit` may wait for hours), and one for all who ask at once. */
export function renewing<Value extends object>(
  make: () => Promise<Value>,
  expiryOf: (value: Value) => number | undefined,
  now: () => Date,
): () => Promise<Value> {
  let current: Promise<Value> | undefined
  let expiresAt: number | undefined
  return async () => {
    if (current !== undefined && (expiresAt === undefined || expiresAt - MARGIN > now().getTime())) return current
    expiresAt = undefined
    const made = make()
    current = made
    const value = await made
    expiresAt = expiryOf(value)
    return value
  }
}
