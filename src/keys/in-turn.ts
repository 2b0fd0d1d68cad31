import type { KeyContext } from './key-provider.ts'

type InTurn = <Result>(task: () => Promise<Result>) => Promise<Result>

/**
 * Runs what may ask the user one after the other within a command: files are opened side by side, and two questions
 * at once cannot be answered. Gives or throws what the task does.
 */
export async function inTurn<Result>(context: KeyContext, task: () => Promise<Result>): Promise<Result> {
  const queue = await context.once('turns of those who ask', () => Promise.resolve(createQueue()))
  return queue(task)
}

function createQueue(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return (task) => {
    const result = last.then(task)
    last = result.catch(() => undefined)
    return result
  }
}
