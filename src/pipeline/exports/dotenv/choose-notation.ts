import type { DotenvDialect } from './dialect.ts'

/**
 * The first notation of a value that the model of its reader reads back, also where another line follows; undefined where there
 * is none.
 */
export function chooseNotation({ notations, read }: DotenvDialect, value: string): string | undefined {
  return notations(value).find((notation) => {
    const values = read(`FIRST=${notation}\nSECOND=${notation}\n`)
    return values?.size === 2 && values.get('FIRST') === value && values.get('SECOND') === value
  })
}

/** Why there is none, as the end of a sentence. */
export function whyNone({ limits }: DotenvDialect, value: string): string {
  return limits.find(({ fits }) => fits(value))?.reason ?? 'its reader would make another value of every notation of it'
}
