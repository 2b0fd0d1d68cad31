import { type AuditRecord, withoutNames } from '../audit-record.ts'

/** Severities (RFC 5424, table 2). */
const INFORMATIONAL = 6
const WARNING = 4

/** A record as a syslog has it. */
export interface SyslogMessage {
  /** Facility and severity (RFC 5424, 6.2.1). */
  readonly priority: number
  /** Of the process, and of the kind of message. */
  readonly pid: number | undefined
  readonly event: string
  /** The record as JSON in ASCII, so that no byte order mark is needed. */
  readonly body: string
  /** Header and body; no structured data, whose names would have to be registered. */
  readonly text: string
}

/**
 * A record as a message of RFC 5424. `facility` is its numerical code. The names of values are left out where the message would be
 * longer than `limit` bytes.
 */
export function syslogMessage(record: AuditRecord, facility: number, limit: number): SyslogMessage {
  const whole = messageOf(record, facility)
  return whole.text.length <= limit ? whole : messageOf(withoutNames(record), facility)
}

function messageOf(record: AuditRecord, facility: number): SyslogMessage {
  const priority = facility * 8 + (record.event === 'failed' ? WARNING : INFORMATIONAL)
  const { event, time, who } = record
  const body = asciiJson(record)
  const text = `<${priority}>1 ${time} ${headerField(who.host, 255)} secrets ${who.pid ?? '-'} ${event} - ${body}`
  return { priority, pid: who.pid, event, body, text }
}

/** Printable ASCII without blanks (`PRINTUSASCII`), at most so long; `-` for nothing. */
function headerField(text: string, limit: number): string {
  const printable = text.replace(/[^\x21-\x7e]/g, '').slice(0, limit)
  return printable === '' ? '-' : printable
}

function asciiJson(record: AuditRecord): string {
  return JSON.stringify(record).replace(
    /[\u007f-\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** Messages for a stream: each with its length before it (RFC 6587, octet counting; RFC 5425). */
export function framed(messages: readonly SyslogMessage[]): string {
  return messages.map(({ text }) => `${text.length} ${text}`).join('')
}
