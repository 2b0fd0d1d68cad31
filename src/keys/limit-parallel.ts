/** Runs an action as soon as fewer than the limit are running. */
export type Limited = <Result>(action: () => Promise<Result>) => Promise<Result>

/** At most `limit` actions at a time, the others in the order of their arrival. */
export function limitParallel(limit: number): Limited {
  const waiting: (() => void)[] = []
  let running = 0
  return async (action) => {
    if (running < limit) running += 1
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await action()
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
