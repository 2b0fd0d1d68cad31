/**
 * The only door to uvu. uvu 0.5.6 reports success when a `before` hook throws, when a file forgets `run()`
 * and when `.only` was left behind; this wrapper has no hooks, runs by itself, fails an empty suite, gives
 * every test a time limit and its own clean-up.
 */
import { suite as uvuSuite } from 'uvu'

/** What a test body gets. */
export interface TestContext {
  /** Runs after the test, last registered first, also when the test failed. */
  readonly onCleanup: (action: () => void | Promise<void>) => void
  /** Counts the test as skipped, for a stated reason, and ends it. */
  readonly skip: (reason: string) => never
}

export type TestBody = (context: TestContext) => void | Promise<void>

/** Declares one test; `seconds` is its time limit (default 60). */
export type DeclareTest = (name: string, body: TestBody, seconds?: number) => void

class Skipped extends Error {}

/** Tests of this file that were declared so far. */
let declared = 0

/** Declares and runs a suite; of its tests, those that the runner (`scripts/test.js`) wants of this process. */
export function suite(name: string, declare: (test: DeclareTest) => void): void {
  const tests = uvuSuite(name)
  let count = 0
  declare((title, body, seconds = 60) => {
    count += 1
    declared += 1
    if (isWanted(declared)) tests(title, () => runTest(`${name} › ${title}`, body, seconds))
  })
  if (count === 0) throw new Error(`suite "${name}" declares no test`)
  tests.run()
}

/** `SECRETS_TEST_PART` is `2/3` for the second of three processes that share the tests of a file, one by one in turn. */
function isWanted(number: number): boolean {
  const [part, parts] = (process.env['SECRETS_TEST_PART'] ?? '1/1').split('/').map(Number)
  return part === undefined || parts === undefined || number % parts === part % parts
}

async function runTest(title: string, body: TestBody, seconds: number): Promise<void> {
  const cleanups: (() => void | Promise<void>)[] = []
  try {
    await withLimit(title, seconds, async () =>
      body({
        onCleanup: (action) => cleanups.push(action),
        skip: (reason) => {
          throw new Skipped(reason)
        },
      }),
    )
  } catch (error) {
    if (!(error instanceof Skipped)) throw readable(error)
    process.stdout.write(`\nskipped: ${title}: ${error.message}\n`)
  } finally {
    await cleanUp(cleanups)
  }
}

// All of it, whatever fails on the way.
async function cleanUp(actions: readonly (() => void | Promise<void>)[]): Promise<void> {
  const problems: unknown[] = []
  for (const action of actions.toReversed()) {
    try {
      await action()
    } catch (error) {
      problems.push(error)
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, `clean-up failed: ${problems.map(String).join('; ')}`)
}

async function withLimit(title: string, seconds: number, action: () => Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${title}: no result within ${seconds} s`)), seconds * 1000)
  })
  try {
    await Promise.race([action(), limit])
  } finally {
    clearTimeout(timer)
  }
}

/**
 * uvu dies without a word on errors that have `details` of their own, as ours do: it takes them for the
 * differences of an assertion.
 */
function readable(error: unknown): unknown {
  if (!(error instanceof Error) || !('details' in error) || error.constructor.name === 'Assertion') return error
  const lines = Array.isArray(error.details) ? error.details.map((line) => `\n  ${line}`).join('') : ''
  const code = 'code' in error ? `${String(error.code)}: ` : ''
  const place = 'place' in error ? ` ${JSON.stringify(error.place)}` : ''
  const plain = new Error(`${code}${error.message}${place}${lines}`)
  if (error.stack !== undefined) plain.stack = error.stack
  return plain
}
