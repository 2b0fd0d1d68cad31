/** The time stamp of a secret file: its text is the associated data of the MAC. */
import { SecretsError } from './errors.ts'

const RFC_3339 = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(?:[.,]\d+)?(Z|[+-]\d\d:\d\d)$/

/** `now` as `lastmodified` is written: UTC, whole seconds, `YYYY-MM-DDTHH:MM:SSZ`. */
export function formatTimestamp(now: Date): string {
  return `${now.toISOString().slice(0, 19)}Z`
}

/**
 * What sops uses as associated data for a `lastmodified` that it read: parsed and written again with
 * whole seconds and `Z` for a zero offset. Throws `METADATA_INVALID` for anything but RFC 3339.
 */
export function canonicalTimestamp(text: string): string {
  const match = RFC_3339.exec(text)
  if (match === null || Number.isNaN(Date.parse(text.replace(',', '.')))) {
    throw new SecretsError('METADATA_INVALID', 'lastmodified is no RFC 3339 time', {
      hint: 'restore the file from git, or read what is left of it with `secrets recover FILE`',
    })
  }
  const [, seconds = '', zone = 'Z'] = match
  return seconds + (/^[+-]00:00$/.test(zone) ? 'Z' : zone)
}
