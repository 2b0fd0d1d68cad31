/** Records as a log has them: anybody may have written them, so nothing is taken for granted. */
import type { FoundLine } from './chain/read-chain.ts'
import { memberAt } from './member-at.ts'

/** One opening, of all records that tell of it. */
export interface StoredOpening {
  /** Of its first record. */
  readonly time: string
  /** `opened`, the code of the error, or `open` for one of which nothing more is known. */
  readonly outcome: string
  readonly user: string
  readonly host: string
  readonly keys: readonly string[]
  /** The job of a pipeline: its system, repository, name, who started it. */
  readonly job: readonly string[]
  readonly environment: string
  readonly files: readonly string[]
  readonly more: string
  readonly values: string
  readonly commit: string
  readonly command: string
  readonly reason: string
  /** All of its records, with their numbers. */
  readonly records: readonly { readonly seq: number; readonly record: unknown }[]
  /** All by which somebody may be looked for. */
  readonly names: ReadonlySet<string>
}

/** Which openings are wanted; what is undefined does not count. */
export interface OpeningFilter {
  readonly since: Date | undefined
  readonly until: Date | undefined
  readonly environment: string | undefined
  /** A user, a recipient, a key, who started a job, or its repository. */
  readonly who: string | undefined
}

/** The openings of a log in the order in which they began: of each, what its last record says. */
export function openingsOf(lines: readonly FoundLine[]): readonly StoredOpening[] {
  const openings = new Map<string, StoredOpening>()
  for (const { found, line, file } of lines) {
    const record = found?.record
    const event = textAt(record, 'event')
    if (event !== 'open' && event !== 'opened' && event !== 'failed') continue
    const own = textAt(record, 'opening')
    // One of a failure beside others of the same opening is shown beside them.
    const id = event === 'failed' && openings.get(own)?.outcome === 'opened' ? `${own} ${file}:${line}` : own
    const opening = storedOpening(record, event)
    const before = openings.get(id)
    const records = [...(before?.records ?? []), { seq: found?.seq ?? 0, record }]
    openings.set(id, { ...opening, records, time: before?.time ?? opening.time })
  }
  return [...openings.values()]
}

/** Whether an opening is wanted. */
export function isWanted(opening: StoredOpening, { since, until, environment, who }: OpeningFilter): boolean {
  const time = Date.parse(opening.time)
  if (since !== undefined && !(time >= since.getTime())) return false
  if (until !== undefined && !(time <= until.getTime())) return false
  if (environment !== undefined && opening.environment !== environment) return false
  return who === undefined || opening.names.has(who)
}

function storedOpening(record: unknown, event: string): Omit<StoredOpening, 'records'> {
  const keys = listAt(record, 'who', 'keys')
  const job = ['system', 'repository', 'id', 'actor'].map((name) => textAt(record, 'who', 'ci', name))
  const user = textAt(record, 'who', 'user')
  const keyNames = keys.map((key) => textAt(key, 'name') || textAt(key, 'recipient') || textAt(key, 'source'))
  const known = keys.flatMap((key) => ['name', 'recipient', 'source'].map((name) => textAt(key, name)))
  return {
    time: textAt(record, 'time'),
    outcome: event === 'failed' ? textAt(record, 'why', 'error') || 'failed' : event,
    user,
    host: textAt(record, 'who', 'host'),
    keys: keyNames,
    job: job.filter((part) => part !== ''),
    environment: textAt(record, 'what', 'environment'),
    files: listAt(record, 'what', 'files').filter((file) => typeof file === 'string'),
    more: textAt(record, 'what', 'more'),
    values: textAt(record, 'what', 'values'),
    commit: textAt(record, 'what', 'commit'),
    command: textAt(record, 'why', 'command'),
    reason: textAt(record, 'why', 'reason'),
    names: new Set([user, textAt(record, 'who', 'host'), ...known, ...job.slice(1)].filter((name) => name !== '')),
  }
}

function listAt(value: unknown, ...path: readonly string[]): readonly unknown[] {
  const found = memberAt(value, path)
  return Array.isArray(found) ? found : []
}

/** A text, or a number as one; '' for anything else. */
function textAt(value: unknown, ...path: readonly string[]): string {
  const found = memberAt(value, path)
  if (typeof found === 'number') return String(found)
  return typeof found === 'string' ? found : ''
}

/** A point in time as people write it: `2024-05-06`, with a time, or how long ago: `12h`, `7d`, `4w`. Undefined for anything else. */
export function parseWhen(text: string, now: Date): Date | undefined {
  const [, count, unit] = /^(\d{1,5})([hdw])$/.exec(text) ?? []
  if (count !== undefined) return new Date(now.getTime() - Number(count) * (HOURS.get(unit ?? '') ?? 0) * 3_600_000)
  if (!/^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)?)?$/.test(text)) return undefined
  const time = Date.parse(text)
  return Number.isNaN(time) ? undefined : new Date(time)
}

const HOURS: ReadonlyMap<string, number> = new Map([
  ['h', 1],
  ['d', 24],
  ['w', 168],
])
