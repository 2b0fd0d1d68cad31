/** Targets that end so are files, whatever environments there are. */
const FILE_ENDING = /\.(?:ya?ml|json|env|ini)$/

/** Characters of a name. */
const MAX_NAME_LENGTH = 100

/**
 * Why a text cannot name a recipient or an environment; undefined when it can. Names stand on command lines, between
 * file names and globs, and become keys of JSON output: they begin with a letter or digit and hold nothing that a
 * path, a glob, a list or a terminal would take for something else.
 */
export function nameProblem(name: string): string | undefined {
  if (name === '') return 'an empty name'
  if (name.length > MAX_NAME_LENGTH) return `a name of more than ${MAX_NAME_LENGTH} characters`
  if (!/^[\p{L}\p{N}]/u.test(name)) return 'a name must begin with a letter or a digit'
  if (name.trim() !== name) return 'a name with blanks at its end'
  if (!/^[\p{L}\p{M}\p{N} ._@+-]+$/u.test(name)) return 'a name may hold letters, digits, blanks and . _ - + @ only'
  if (FILE_ENDING.test(name)) return 'a name must not end like a file'
  return undefined
}
