/**
 * Files that are opened or encrypted side by side. With a key service most of the time goes by waiting for it: a hundred files
 * at 50 ms a call take a third of a second. A call that a service refuses because there are too many is made again, later.
 */
export const FILES_AT_ONCE = 16

/**
 * Runs `action` on all items, at most `limit` of them at a time; results in the order of the items. When one fails, no
 * further one is begun, and the first error is thrown once those that had begun have ended.
 */
export async function inParallel<Item, Result>(
  items: readonly Item[],
  limit: number,
  action: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = []
  const errors: unknown[] = []
  let next = 0
  const work = async (): Promise<void> => {
    while (next < items.length && errors.length === 0) {
      const index = next
      next += 1
      const [item] = items.slice(index, index + 1)
      // The index is in range; `slice` keeps an item that is undefined apart from a missing one.
      if (item !== undefined)
        await action(item).then(
          (result) => (results[index] = result),
          (error) => errors.push(error),
        )
    }
  }
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work))
  if (errors.length > 0) throw errors[0]
  return results
}
