/** The time at which an entry is made as sops writes it: RFC 3339, UTC, whole seconds. */
export function createdAt(now: Date): string {
  return now.toISOString().replace(/\.\d+Z$/, 'Z')
}
