import { SecretsError } from '../core/errors.ts'

/** How a batch file of Windows is started. */
export interface BatchStart {
  readonly program: string
  readonly args: readonly string[]
}

/** Whether Windows starts a file through cmd.exe and not by itself. */
export function isBatchFile(path: string): boolean {
  return /\.(cmd|bat)$/i.test(path)
}

/**
 * The start of a batch file, which Windows only runs through cmd.exe; `npm` and most programs from npm are such files.
 * Within quotes nothing has a meaning to cmd.exe but `%`, quotes and line breaks, and nothing takes the meaning of
 * those away in every case: such arguments are refused. The arguments are to be passed on verbatim. Throws `USAGE`.
 */
export function batchStart(path: string, args: readonly string[], comspec: string | undefined): BatchStart {
  const bad = [path, ...args].findIndex((word) => /["%\r\n]/.test(word))
  if (bad !== -1) {
    throw new SecretsError(
      'USAGE',
      `argument ${bad} has a quote, % or a line break, which a batch file cannot be given`,
      {
        hint: 'name the program that the batch file starts',
      },
    )
  }
  const line = [path, ...args].map(quoted).join(' ')
  return {
    program: comspec === undefined || comspec === '' ? 'cmd.exe' : comspec,
    // /d no AutoRun, /s the outer quotes alone are taken off, /v:off no `!` variables.
    args: ['/d', '/s', '/v:off', '/c', `"${line}"`],
  }
}

/** A backslash before the closing quote would be read as one that belongs to it. */
function quoted(word: string): string {
  return `"${word.replace(/\\+$/, '$&$&')}"`
}
