/**
 * Regular expressions with the meaning and the cost of RE2, sops's dialect: search, not match; no
 * backtracking, so a hostile expression cannot hang us. The library is loaded only where a file has an
 * expression: `selection.ts` imports this module when it needs it.
 */
import { RE2JS, RE2JSException } from 're2js'
import { SecretsError } from './errors.ts'

/**
 * A test for texts. Throws `SELECTION_INVALID` for an expression that RE2 does not take; sops would
 * silently encrypt nothing.
 */
export function compileRegex(expression: string): (text: string) => boolean {
  const compiled = compile(expression)
  return (text) => compiled.matcher(text).find()
}

function compile(expression: string): RE2JS {
  try {
    return RE2JS.compile(expression)
  } catch (error) {
    if (!(error instanceof RE2JSException)) throw error
    throw new SecretsError('SELECTION_INVALID', `"${expression}" is no valid regular expression`, {
      hint: 'expressions are RE2: no look-ahead, no back references; see https://github.com/google/re2/wiki/Syntax',
      details: [error.message],
    })
  }
}
