import { shellQuoted, unquotedShell } from '../shell-quoting.ts'
import { type DotenvDialect, firstOf, isPlain, linesReader, readPlainLine, type ValueReader } from './dialect.ts'

const readSingle: ValueReader = (text, start) => {
  const read = unquotedShell(text, start)
  return read === undefined || text[read.end] !== '\n' ? undefined : { value: read.value, next: read.end + 1 }
}

/** A file for `set -a; . FILE` of every shell of POSIX (POSIX.1-2017, 2.2). */
export const bash: DotenvDialect = {
  name: 'bash',
  summary: 'set -a; . FILE, in bash, dash, zsh and ksh',
  notations: (value) => [...(isPlain(value) ? [value] : []), shellQuoted(value)],
  read: linesReader(firstOf(readSingle, readPlainLine)),
  limits: [],
}
