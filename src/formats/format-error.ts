import { type ErrorDetails, SecretsError } from '../core/errors.ts'
import { textPosition } from './text-position.ts'

/** `FORMAT_INVALID` at the line and column of `offset` in `text`. `message` must quote nothing of the text. */
export function invalidAt(text: string, offset: number, message: string, hint?: string): SecretsError {
  const details: ErrorDetails = { place: textPosition(text, offset), ...(hint === undefined ? {} : { hint }) }
  return new SecretsError('FORMAT_INVALID', message, details)
}

/** `FORMAT_INVALID` for an entry that the format has no way to write; `path` as the user writes paths. */
export function cannotCarry(path: string, message: string, hint?: string): SecretsError {
  const details: ErrorDetails = { ...(path === '' ? {} : { place: { path } }), ...(hint === undefined ? {} : { hint }) }
  return new SecretsError('FORMAT_INVALID', message, details)
}
