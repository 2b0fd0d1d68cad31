import { CLOSED_PIPE_STATUS, EXIT_STATUS, SIGNAL_STATUS } from '../src/cli/exit-status.ts'
import type { ErrorCode } from '../src/core/errors.ts'

/** What each error means to who reads a status in a log. */
const MEANINGS: Readonly<Record<ErrorCode, string>> = {
  USAGE: 'the command line makes no sense',
  CONFLICTING_OPTIONS: 'two options exclude each other',
  CONFIG_NOT_FOUND: 'no .secretsrc or .sops.yaml where one is needed',
  CONFIG_INVALID: 'the configuration breaks a rule',
  UNKNOWN_TARGET: 'no environment, file or glob of that name',
  FILE_NOT_FOUND: 'a file is missing',
  READ_FAILED: 'a file cannot be read',
  WRITE_FAILED: 'a file cannot be written',
  FILE_CHANGED: 'a file was changed by somebody else meanwhile',
  UNFINISHED_CHANGE: 'a change of several files was interrupted in the middle: `secrets unfinished`',
  UNSAFE_PATH: 'a path or link leads out of the repository',
  UNKNOWN_FORMAT: 'no format of that name',
  FORMAT_INVALID: 'a text is not what its format allows',
  LIMIT_EXCEEDED: 'a file is too big or too deep',
  EMPTY_FILE: 'there is nothing to encrypt',
  RESERVED_KEY: 'the plain text uses the name of the metadata',
  ALREADY_ENCRYPTED: 'the file is encrypted already',
  NOT_ENCRYPTED: 'the file is not encrypted',
  SELECTION_INVALID: 'a selection is not valid',
  SELECTION_EMPTY: 'a selection selects nothing',
  METADATA_INVALID: 'the metadata cannot be used',
  VALUE_DAMAGED: 'an encrypted value is damaged',
  MAC_MISMATCH: 'the values do not belong together as they were written',
  SEAL_MISMATCH: 'something that the MAC does not cover was changed since the file was sealed',
  SEAL_MISSING: 'a file has no seal where the configuration requires one',
  BAD_PATH: 'a path is malformed or leads nowhere',
  NO_RECIPIENTS: 'there is nobody to encrypt to',
  BAD_RECIPIENT: 'a recipient of no known kind',
  UNEXPECTED_RECIPIENT: 'a file has a recipient that the configuration does not know',
  CANNOT_OPEN: 'no identity here opens the file',
  IDENTITY_INVALID: 'an identity cannot be used',
  PROVIDER_FAILED: 'a key service answered with an error',
  AUDIT_FAILED: 'the audit log has to be kept and cannot',
  EDITOR_FAILED: 'there is no editor, or it failed',
  UNCHANGED: 'an edit changed nothing',
  NAME_CLASH: 'two entries would get one name',
  PLACEHOLDER: 'a value that only stands for another would be handed on',
  UNREPRESENTABLE: 'a value that the format of an export cannot hold',
  BAD_NAME: 'a name cannot be the name of a variable',
  COMMAND_NOT_FOUND: 'the program to run was not found',
  COMMAND_NOT_EXECUTABLE: 'the program to run cannot be started',
  GIT_FAILED: 'git failed',
  ALREADY_EXISTS: 'what should be made exists already',
  NOT_INTERACTIVE: 'a question, and no terminal to ask it on',
  INTERRUPTED: 'interrupted',
  INTERNAL: 'a defect of secrets',
}

/** The table of all exit statuses, by number, in Markdown. */
export function exitStatusTable(): string {
  const rows: [status: number, code: string, meaning: string][] = [
    [0, '', 'all is well'],
    [1, '', 'the answer of a command that was asked something is no'],
    [CLOSED_PIPE_STATUS, '', 'the reader of the output went away'],
    [SIGNAL_STATUS.SIGHUP, '', 'ended by SIGHUP'],
    [SIGNAL_STATUS.SIGTERM, '', 'ended by SIGTERM'],
  ]
  const meanings = new Map(Object.entries(MEANINGS))
  for (const [code, status] of Object.entries(EXIT_STATUS)) rows.push([status, code, meanings.get(code) ?? ''])
  rows.sort(([a], [b]) => a - b)
  const lines = rows.map(
    ([status, code, meaning]) => `| ${status} | ${code === '' ? '' : `\`${code}\``} | ${meaning} |`,
  )
  return ['| status | code | meaning |', '|---|---|---|', ...lines].join('\n')
}
