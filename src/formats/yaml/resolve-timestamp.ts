/** Go's layouts `2006-1-2T15:4:5.999999999Z07:00`, `2006-1-2 15:4:5.999999999` and `2006-1-2` as yaml.v3 tries them. */
const TIMESTAMP =
  /^(\d{4})-(\d\d?)-(\d\d?)(?:[Tt](\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?(Z|[+-]\d\d:\d\d)| +(\d\d?):(\d\d?):(\d\d?)(?:[.,](\d+))?)?$/

/**
 * The RFC 3339 text, with up to nine fractional digits, of a YAML timestamp; undefined where `text` is none.
 * What names no time of a calendar is none (sops-format 9.2).
 */
export function resolveTimestamp(text: string): string | undefined {
  if (text.charCodeAt(4) !== 45) return undefined
  const match = TIMESTAMP.exec(text)
  if (match === null) return undefined
  const [, year = '', month = '', day = ''] = match
  const [hour, minute, second] = [4, 5, 6].map((group) => Number(match[group] ?? match[group + 5] ?? '0'))
  const zone = zoneText(match[8] ?? 'Z')
  if (zone === undefined || !isDate(Number(year), Number(month), Number(day))) return undefined
  if ((hour ?? 24) > 23 || (minute ?? 60) > 59 || (second ?? 60) > 59) return undefined
  const fraction = (match[7] ?? match[12] ?? '').slice(0, 9).replace(/0+$/, '')
  const time = [hour, minute, second].map((part) => pad(part ?? 0)).join(':')
  return `${year}-${pad(Number(month))}-${pad(Number(day))}T${time}${fraction === '' ? '' : `.${fraction}`}${zone}`
}

/** `Z` for no offset; undefined beyond 24 hours and 60 minutes, which Go refuses, and for what it cannot print. */
function zoneText(zone: string): string | undefined {
  if (zone === 'Z') return 'Z'
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(4, 6))]
  const total = hours * 60 + minutes
  if (minutes > 60 || total >= 24 * 60) return undefined
  if (total === 0) return 'Z'
  return `${zone.charAt(0)}${pad(Math.floor(total / 60))}:${pad(total % 60)}`
}

function isDate(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12 || day < 1) return false
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0)
  const days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
  return day <= (days[month - 1] ?? 0)
}

function pad(value: number): string {
  return String(value).padStart(2, '0')
}
