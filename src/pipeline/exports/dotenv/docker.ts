import { type DotenvDialect, LIMITS, linesReader, type ValueReader } from './dialect.ts'

/** A line has to fit the buffer of Go's `bufio.Scanner` (`MaxScanTokenSize`), in bytes with its line break; a name is short. */
const LINE = 64 * 1024 - 1024

/** Everything up to the line break is the value, quotes and blanks too; the scanner takes a carriage return at the end off. */
const readLine: ValueReader = (text, start) => {
  const end = text.indexOf('\n', start)
  const value = text.slice(start, end)
  if (end === -1 || value.endsWith('\r') || hasOuterQuotes(value) || Buffer.byteLength(value) > LINE) return undefined
  return { value, next: end + 1 }
}

/** A change that is on its way takes a pair of quotes around the value off (docker/cli #6805). */
function hasOuterQuotes(value: string): boolean {
  return value.length > 1 && /^["']/.test(value) && value.at(-1) === value[0]
}

/** `docker run --env-file` (docker/cli, `pkg/kvfile`): no quotes, no escapes, one line. */
export const docker: DotenvDialect = {
  name: 'docker',
  summary: 'docker run --env-file, and env_file of Compose with format: raw',
  notations: (value) => [value],
  read: linesReader(readLine),
  limits: [
    { ...LIMITS.lineBreak, reason: 'it has more than one line, which docker has no notation for' },
    { fits: hasOuterQuotes, reason: 'it stands in quotes, which some versions of docker take off' },
    { fits: (value) => Buffer.byteLength(value) > LINE, reason: 'docker takes lines of less than 64 KiB' },
  ],
}
