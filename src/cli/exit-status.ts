import type { ErrorCode } from '../core/errors.ts'

/**
 * The exit status of every error: sops's number where the meaning is sops's (`cmd/sops/codes/codes.go`
 * of 3.13), so that scripts around sops go on working; the numbers of BSD's `sysexits.h` (64 to 78) where
 * sops has none or only its generic 1; a shell's own conventions (126 and up) for programs and signals.
 *
 * 1 is never an error: it is the "no" of commands that answer a question (`status`, `check`, `diff`).
 */
export const EXIT_STATUS: Readonly<Record<ErrorCode, number>> = {
  USAGE: 64, // EX_USAGE; the usual 2 is sops's "cannot read input"
  CONFLICTING_OPTIONS: 8, // ErrorConflictingParameters
  CONFIG_NOT_FOUND: 61, // ConfigFileNotFound
  CONFIG_INVALID: 5, // ErrorReadingConfig
  UNKNOWN_TARGET: 100, // NoFileSpecified: nothing of that name
  FILE_NOT_FOUND: 100, // NoFileSpecified, which sops gives for a missing file too
  READ_FAILED: 2, // CouldNotReadInputFile
  WRITE_FAILED: 3, // CouldNotWriteOutputFile
  FILE_CHANGED: 75, // EX_TEMPFAIL: try again
  UNFINISHED_CHANGE: 3, // CouldNotWriteOutputFile
  UNSAFE_PATH: 77, // EX_NOPERM
  UNKNOWN_FORMAT: 64,
  FORMAT_INVALID: 2, // sops cannot load what it cannot parse
  LIMIT_EXCEEDED: 2,
  EMPTY_FILE: 92, // NeedAtLeastOneDocument
  RESERVED_KEY: 203, // FileAlreadyEncrypted
  ALREADY_ENCRYPTED: 203, // FileAlreadyEncrypted
  NOT_ENCRYPTED: 65, // EX_DATAERR; sops: 1
  SELECTION_INVALID: 5,
  SELECTION_EMPTY: 65,
  METADATA_INVALID: 65, // sops: 1
  VALUE_DAMAGED: 25, // ErrorDecryptingTree
  MAC_MISMATCH: 51, // MacMismatch
  SEAL_MISMATCH: 51, // as a MAC that does not match
  SEAL_MISSING: 51,
  BAD_PATH: 91, // InvalidTreePathFormat
  NO_RECIPIENTS: 111, // NoEncryptionKeyFound
  BAD_RECIPIENT: 78, // EX_CONFIG
  UNEXPECTED_RECIPIENT: 77,
  CANNOT_OPEN: 128, // CouldNotRetrieveKey
  IDENTITY_INVALID: 78,
  PROVIDER_FAILED: 69, // EX_UNAVAILABLE
  AUDIT_FAILED: 69, // EX_UNAVAILABLE; sops: 1
  EDITOR_FAILED: 201, // NoEditorFound
  UNCHANGED: 200, // FileHasNotBeenModified
  NAME_CLASH: 65,
  PLACEHOLDER: 65,
  UNREPRESENTABLE: 65,
  BAD_NAME: 65,
  COMMAND_NOT_FOUND: 127, // as a shell says it
  COMMAND_NOT_EXECUTABLE: 126, // as a shell says it
  GIT_FAILED: 69,
  ALREADY_EXISTS: 73, // EX_CANTCREAT
  NOT_INTERACTIVE: 66, // EX_NOINPUT
  INTERRUPTED: 130, // 128 + SIGINT
  INTERNAL: 70, // EX_SOFTWARE
}

/** When the reader of our output went away: 128 + SIGPIPE, what any other tool's shell reports. */
export const CLOSED_PIPE_STATUS = 141

/** What a program that was ended by a signal leaves behind. */
export const SIGNAL_STATUS: Readonly<Record<'SIGINT' | 'SIGTERM' | 'SIGHUP', number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGTERM: 143,
}
