/** The code of an error of the operating system (`ENOENT`, `EACCES`, …); '' for any other error. */
export function systemCode(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error)) return ''
  return typeof error.code === 'string' ? error.code : ''
}

const REASONS: ReadonlyMap<string, string> = new Map([
  ['EACCES', 'no permission'],
  ['EPERM', 'not permitted'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'no space is left on the disk'],
  ['EDQUOT', 'the disk quota is used up'],
  ['EMFILE', 'too many open files'],
  ['ENFILE', 'too many open files'],
  ['EIO', 'the disk reported an error'],
  ['EBUSY', 'another program has it open'],
  ['ENAMETOOLONG', 'the name is too long'],
  ['ELOOP', 'too many links'],
  ['ENOENT', 'it does not exist'],
  ['ENOTDIR', 'a part of the path is no folder'],
])

/** What an error of the operating system means, as the end of a sentence. Never quotes content. */
export function systemReason(error: unknown): string {
  const code = systemCode(error)
  return REASONS.get(code) ?? (code === '' ? 'an unexpected error' : `error ${code}`)
}
