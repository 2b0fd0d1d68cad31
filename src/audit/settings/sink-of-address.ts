import type { AddressProblem, SinkAddress } from './parse-address.ts'
import type { PostgresTable, SecretSource, SinkSettings } from './sink-settings.ts'

/** What may stand beside an address. */
export interface SinkOptions {
  readonly required: boolean
  /** Mebibytes from which on a new file is begun. */
  readonly rotate?: number | undefined
  readonly keep?: number | undefined
  readonly facility?: string | undefined
  readonly token?: SecretSource | undefined
  readonly password?: SecretSource | undefined
  readonly table?: PostgresTable | undefined
}

const MEBIBYTE = 1024 * 1024

const DEFAULT_ROTATE = 64

/** Facilities (RFC 5424, table 1); `authpriv` is `security/authorization messages`, for few eyes. */
const FACILITIES: ReadonlyMap<string, number> = new Map([
  ['user', 1],
  ['daemon', 3],
  ['auth', 4],
  ['authpriv', 10],
  ['audit', 13],
  ...Array.from({ length: 8 }, (_, index): [string, number] => [`local${index}`, 16 + index]),
])

/** Which options belong to which kind. */
const OPTIONS: Readonly<Record<SinkAddress['kind'], readonly (keyof SinkOptions)[]>> = {
  file: ['rotate', 'keep'],
  syslog: ['facility'],
  http: ['token'],
  postgres: ['password', 'table'],
}

/** The settings of one sink, or what is wrong with them. */
export function sinkSettings(address: SinkAddress, options: SinkOptions): SinkSettings | AddressProblem {
  const misplaced = Object.entries(options).find(
    ([name, value]) => value !== undefined && name !== 'required' && !OPTIONS[address.kind].some((own) => own === name),
  )
  if (misplaced !== undefined) return { problem: `${misplaced[0]} means nothing for ${address.name}` }
  const { required } = options
  if (address.kind === 'syslog') return syslogSettings(address, options)
  if (address.kind === 'http') return { ...address, required, token: options.token }
  if (address.kind === 'file') {
    const rotateAt = Math.max(1, options.rotate ?? DEFAULT_ROTATE) * MEBIBYTE
    return { ...address, required, rotateAt, keep: options.keep }
  }
  const { password, table = address.table ?? 'secretsrc' } = options
  return { ...address, required, password, table }
}

function syslogSettings(
  address: SinkAddress & { readonly kind: 'syslog' },
  { required, facility = 'authpriv' }: SinkOptions,
): SinkSettings | AddressProblem {
  const code = FACILITIES.get(facility)
  if (code === undefined) return { problem: 'a facility that is not known', hint: [...FACILITIES.keys()].join(', ') }
  if (required && address.to.transport === 'udp') {
    return {
      problem: 'a log by UDP cannot be required: nobody says whether a record arrived',
      hint: 'use syslog+tls:// or syslog+tcp://',
    }
  }
  return { ...address, required, facility: code }
}
