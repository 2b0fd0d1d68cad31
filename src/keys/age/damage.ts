import { SecretsError } from '../../core/errors.ts'

/** The error for an age file that breaks the format or does not authenticate; `what` never quotes the file. */
export function damagedAgeFile(what: string): SecretsError {
  return new SecretsError('METADATA_INVALID', `the age file is damaged: ${what}`)
}
