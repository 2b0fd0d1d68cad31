/**
 * The errors of the whole product.
 *
 * Rules: `message` says what happened, lower case, no full stop, and never holds a value of a secret
 * file or any part of a key. `hint` says what to do next, as a command where there is one. `place` says
 * where. The command line alone turns `code` into an exit status; callers recognise an error by `code`,
 * never by `instanceof` (two copies of a package would break that) and never by its text.
 */

/** What went wrong, as a caller may tell cases apart. Each has an exit status in `src/cli/exit-status.ts`. */
export type ErrorCode =
  | 'USAGE' // the command line itself makes no sense
  | 'CONFLICTING_OPTIONS' // two options that exclude each other
  | 'CONFIG_NOT_FOUND' // neither .secretsrc nor .sops.yaml where one is needed
  | 'CONFIG_INVALID' // a configuration that breaks a rule
  | 'UNKNOWN_TARGET' // no environment, file or glob of that name
  | 'FILE_NOT_FOUND'
  | 'READ_FAILED' // the file is there and cannot be read
  | 'WRITE_FAILED' // the file cannot be written (permission, full disk)
  | 'FILE_CHANGED' // the file changed underneath between reading and writing
  | 'UNFINISHED_CHANGE' // a change of several files was killed in the middle
  | 'UNSAFE_PATH' // a path or link that leads out of the repository
  | 'UNKNOWN_FORMAT' // no format of that name
  | 'FORMAT_INVALID' // text that its format does not allow
  | 'LIMIT_EXCEEDED' // size, depth or alias expansion over the stated limit
  | 'EMPTY_FILE' // nothing to encrypt
  | 'RESERVED_KEY' // the plain text uses the name of the metadata
  | 'ALREADY_ENCRYPTED'
  | 'NOT_ENCRYPTED' // no metadata where an encrypted file is expected
  | 'SELECTION_INVALID' // more than one selector, or a regular expression that is not valid
  | 'SELECTION_EMPTY' // the selection selects nothing
  | 'METADATA_INVALID' // metadata that cannot be used
  | 'VALUE_DAMAGED' // an encrypted value or comment that does not authenticate
  | 'MAC_MISMATCH' // the values do not belong together as they were written
  | 'SEAL_MISMATCH' // something that the MAC does not cover was changed since the file was sealed
  | 'SEAL_MISSING' // no seal where the configuration requires one
  | 'BAD_PATH' // a path that is malformed or leads nowhere
  | 'NO_RECIPIENTS' // nobody to encrypt to
  | 'BAD_RECIPIENT' // a recipient that no key provider understands
  | 'UNEXPECTED_RECIPIENT' // a file has a recipient that the configuration does not know
  | 'CANNOT_OPEN' // no identity here opens the file
  | 'IDENTITY_INVALID' // an identity source that cannot be used
  | 'PROVIDER_FAILED' // a key service answered with an error
  | 'AUDIT_FAILED' // a log of openings has to be kept and cannot, or does not verify
  | 'EDITOR_FAILED'
  | 'UNCHANGED' // an edit that changed nothing
  | 'NAME_CLASH' // two entries would get one name
  | 'PLACEHOLDER' // a value that only stands for another would be handed on
  | 'UNREPRESENTABLE' // a value that a format of exports cannot hold
  | 'BAD_NAME' // a name that is no variable name
  | 'COMMAND_NOT_FOUND' // the program that run should start
  | 'COMMAND_NOT_EXECUTABLE' // it is there, and the system does not start it
  | 'GIT_FAILED'
  | 'ALREADY_EXISTS'
  | 'NOT_INTERACTIVE' // a question without a terminal to ask it on
  | 'INTERRUPTED'
  | 'INTERNAL' // a defect of ours

/** Where an error happened. Lines and columns count from 1; columns count characters. */
export interface Place {
  readonly file?: string
  readonly line?: number
  readonly column?: number
  /** The entry, as the user writes paths: `a.b[0]`. Key names are not secret; values are. */
  readonly path?: string
}

/** What an error may say beside its message. */
export interface ErrorDetails {
  readonly hint?: string
  readonly place?: Place
  /** Only for errors that cannot quote a secret. */
  readonly cause?: unknown
  /** Further lines for the reader: one identity or recipient each, for instance. Never a value. */
  readonly details?: readonly string[]
}

/** The one error class of the product. */
export class SecretsError extends Error {
  readonly code: ErrorCode
  readonly hint: string | undefined
  readonly place: Place
  readonly details: readonly string[]

  constructor(code: ErrorCode, message: string, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause })
    this.name = 'SecretsError'
    this.code = code
    this.hint = details.hint
    this.place = details.place ?? {}
    this.details = details.details ?? []
  }

  /** The same error with what it does not yet say about its place filled in (the file's name, usually). */
  at(place: Place): SecretsError {
    return new SecretsError(this.code, this.message, {
      ...(this.hint === undefined ? {} : { hint: this.hint }),
      place: { ...place, ...this.place },
      details: this.details,
      ...(this.cause === undefined ? {} : { cause: this.cause }),
    })
  }
}

/** Whether `error` is one of ours, also when it comes from another copy of the package. */
export function isSecretsError(error: unknown): error is SecretsError {
  return error instanceof Error && error.name === 'SecretsError' && 'code' in error
}

/** Runs `action` and adds `place` to any error of ours that it throws. */
export async function withPlace<Result>(place: Place, action: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await action()
  } catch (error) {
    throw isSecretsError(error) ? error.at(place) : error
  }
}
