/** A text as a word of every shell of POSIX: single quotes, in which nothing means anything else (POSIX.1-2017, 2.2.2). */
export function shellQuoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** Reads such a word at `start`; undefined for any other notation. */
export function unquotedShell(
  text: string,
  start: number,
): { readonly value: string; readonly end: number } | undefined {
  const word = /(?:'[^']*'|\\')+/y
  word.lastIndex = start
  const found = word.exec(text)?.[0]
  if (found === undefined) return undefined
  const value = found.replace(/'([^']*)'|\\'/g, (_part, inner: string | undefined) => inner ?? "'")
  return { value, end: word.lastIndex }
}
