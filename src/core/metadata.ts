/**
 * The `sops` block: from nested plain values to the model and back. Reading is as lenient as sops
 * (mapstructure, weakly typed; reference 8.3); writing is its order since 3.13, alphabetical.
 */
import { SecretsError } from './errors.ts'
import { SEAL_FIELD } from './file-seal/covered-tree.ts'
import { MAX_RECIPIENTS } from './limits.ts'
import type { KeyEntry, KeyGroup, Metadata } from './metadata-model.ts'
import { boolScalar, canonicalText, intScalar, parseBool, sameScalar, stringScalar } from './scalar.ts'
import { SELECTOR_NAMES, selectionOf } from './selection.ts'
import { isScalar, type PlainValue } from './tree.ts'

/** The level of sops's format that new files are written at. */
export const FORMAT_VERSION = '3.13.3'

/** sops's lists of keys, in the order in which it puts them together ("file order" of a group). */
const KEY_LISTS = ['kms', 'gcp_kms', 'hckms', 'azure_kv', 'hc_vault', 'pgp', 'age'] as const

/** Lists that sops writes even when they are empty, inside `key_groups`. */
const ALWAYS_IN_GROUPS: ReadonlySet<string> = new Set(['age', 'hc_vault'])

const KNOWN_FIELDS: ReadonlySet<string> = new Set([
  ...KEY_LISTS,
  ...SELECTOR_NAMES,
  'key_groups',
  'shamir_threshold',
  'lastmodified',
  'mac',
  'mac_only_encrypted',
  'version',
  SEAL_FIELD,
])

/** The model of a metadata block. Throws `METADATA_INVALID` (and `SELECTION_INVALID`) for what sops refuses. */
export function parseMetadata(value: PlainValue): Metadata {
  const fields = fieldsOf(value, 'sops')
  const groups = parseGroups(fields)
  if (groups.every((group) => group.length === 0)) {
    throw invalid('the metadata names no recipient', 'restore the `sops` block of the file from git')
  }
  const selectors = SELECTOR_NAMES.map((name) => [name, textField(fields, name)])
  return {
    groups,
    shamirThreshold: integerField(fields, 'shamir_threshold'),
    lastModified: lastModified(fields),
    mac: textField(fields, 'mac'),
    selection: selectionOf(Object.fromEntries(selectors)),
    macOnlyEncrypted: booleanField(fields, 'mac_only_encrypted'),
    version: versionOf(fields),
    seal: textField(fields, SEAL_FIELD),
    unknown: [...fields.entries()].filter(([name]) => !KNOWN_FIELDS.has(name)),
  }
}

/** The block for a model: sops's fields and the unknown ones, alphabetically at every level. */
export function metadataValue(metadata: Metadata): PlainValue {
  const { selection } = metadata
  const entries: (readonly [string, PlainValue])[] = [
    ...(metadata.groups.length === 1 ? listEntries(metadata.groups[0] ?? [], false) : groupEntries(metadata.groups)),
    ['lastmodified', stringScalar(metadata.lastModified)],
    ['mac', stringScalar(metadata.mac)],
    ['version', stringScalar(metadata.version)],
    ...metadata.unknown,
  ]
  if (metadata.shamirThreshold !== 0) entries.push(['shamir_threshold', intScalar(BigInt(metadata.shamirThreshold))])
  if (selection.by !== 'none') entries.push([selection.by, stringScalar(selection.pattern)])
  if (metadata.seal !== '') entries.push([SEAL_FIELD, stringScalar(metadata.seal)])
  if (metadata.macOnlyEncrypted) entries.push(['mac_only_encrypted', boolScalar(true, 'true')])
  return { kind: 'map', entries: alphabetical(entries) }
}

/**
 * The block for a model that came from `source` and may have changed: fields whose meaning is the same
 * stay as they are written there (an empty list of sops 3.9, a number written as text), so that only
 * what changed is rewritten.
 */
export function updatedMetadataValue(source: PlainValue, next: Metadata): PlainValue {
  const before = fieldsOf(metadataValue(parseMetadata(source)), 'sops')
  const wanted = fieldsOf(metadataValue(next), 'sops')
  const written = fieldsOf(source, 'sops')
  const kept = [...written].filter(([name]) => samePlainValue(before.get(name), wanted.get(name)))
  const added = [...wanted].filter(([name, value]) => !samePlainValue(before.get(name), value))
  return { kind: 'map', entries: alphabetical([...kept, ...added]) }
}

function groupEntries(groups: readonly KeyGroup[]): [string, PlainValue][] {
  const elements = groups.map((group): PlainValue => ({ kind: 'map', entries: alphabetical(listEntries(group, true)) }))
  return [['key_groups', { kind: 'list', elements }]]
}

function listEntries(group: KeyGroup, inGroups: boolean): [string, PlainValue][] {
  const kinds = [...new Set<string>([...KEY_LISTS, ...group.map((entry) => entry.kind)])]
  return kinds.flatMap((kind): [string, PlainValue][] => {
    const elements = group.filter((entry) => entry.kind === kind).map(entryValue)
    return elements.length > 0 || (inGroups && ALWAYS_IN_GROUPS.has(kind)) ? [[kind, { kind: 'list', elements }]] : []
  })
}

function entryValue(entry: KeyEntry): PlainValue {
  const entries = Object.entries(entry.fields).map(([name, field]): [string, PlainValue] => [
    name,
    typeof field === 'string' ? stringScalar(field) : textMap(field),
  ])
  return { kind: 'map', entries: alphabetical(entries) }
}

function textMap(texts: Readonly<Record<string, string>>): PlainValue {
  const entries = Object.entries(texts).map(([name, text]): [string, PlainValue] => [name, stringScalar(text)])
  return { kind: 'map', entries: alphabetical(entries) }
}

/** By bytes, as Go sorts strings. */
function alphabetical(entries: readonly (readonly [string, PlainValue])[]): (readonly [string, PlainValue])[] {
  return [...entries].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
}

function samePlainValue(a: PlainValue | undefined, b: PlainValue | undefined): boolean {
  if (a === undefined || b === undefined) return a === b
  if (isScalar(a) || isScalar(b)) return isScalar(a) && isScalar(b) && sameScalar(a, b)
  if (a.kind === 'list') return b.kind === 'list' && sameAll(a.elements, b.elements)
  return (
    b.kind === 'map' &&
    a.entries.map(([name]) => name).join('\n') === b.entries.map(([name]) => name).join('\n') &&
    sameAll(
      a.entries.map(([, value]) => value),
      b.entries.map(([, value]) => value),
    )
  )
}

function sameAll(a: readonly PlainValue[], b: readonly PlainValue[]): boolean {
  return a.length === b.length && a.every((value, index) => samePlainValue(value, b[index]))
}

type Fields = ReadonlyMap<string, PlainValue>

/** Names are matched without regard to case, as mapstructure does; unknown ones keep their own case. */
function fieldsOf(value: PlainValue, place: string): Fields {
  if (isScalar(value) || value.kind !== 'map') throw invalid(`the metadata entry "${place}" is no mapping`)
  return new Map(
    value.entries.map(([name, field]) => [KNOWN_FIELDS.has(name.toLowerCase()) ? name.toLowerCase() : name, field]),
  )
}

/** `key_groups` counts only when no list stands at the top level. */
function parseGroups(fields: Fields): KeyGroup[] {
  const single = parseGroup(fields)
  if (single.length > 0) return [single]
  const groups = elementsOf(fields.get('key_groups')).map((group) => parseGroup(fieldsOf(group, 'key_groups')))
  if (groups.reduce((sum, group) => sum + group.length, 0) > MAX_RECIPIENTS) throw tooMany()
  return groups.length > 0 ? groups : [[]]
}

function parseGroup(fields: Fields): KeyEntry[] {
  const entries = KEY_LISTS.flatMap((kind) => elementsOf(fields.get(kind)).map((entry) => parseEntry(kind, entry)))
  if (entries.length > MAX_RECIPIENTS) throw tooMany()
  return entries
}

function tooMany(): SecretsError {
  return new SecretsError('LIMIT_EXCEEDED', `the metadata names more than ${MAX_RECIPIENTS} recipients`)
}

/** A single map stands for a list of one; null and a missing list are empty. */
function elementsOf(value: PlainValue | undefined): readonly PlainValue[] {
  if (value === undefined) return []
  if (isScalar(value)) {
    if (value.type === 'null' || value.canonical.length === 0) return []
    throw invalid('a list of recipients in the metadata is no list')
  }
  return value.kind === 'list' ? value.elements : [value]
}

function parseEntry(kind: string, value: PlainValue): KeyEntry {
  const fields: Record<string, string | Record<string, string>> = Object.create(null)
  if (isScalar(value) || value.kind !== 'map') throw invalid(`an entry of "${kind}" in the metadata is no mapping`)
  for (const [name, field] of value.entries) {
    if (isScalar(field)) fields[name] = canonicalText(field)
    else if (field.kind === 'map')
      fields[name] = Object.fromEntries(field.entries.map(([key, text]) => [key, leafText(text)]))
    else throw invalid(`the field "${name}" of an entry of "${kind}" in the metadata is a list`)
  }
  return { kind, fields }
}

function leafText(value: PlainValue): string {
  if (isScalar(value)) return canonicalText(value)
  throw invalid('a context in the metadata holds more than texts')
}

function textField(fields: Fields, name: string): string {
  const field = fields.get(name)
  if (field === undefined) return ''
  if (!isScalar(field)) throw invalid(`the metadata field "${name}" is no text`)
  return canonicalText(field)
}

/** An unquoted YAML time stamp is refused by sops too. */
function lastModified(fields: Fields): string {
  const field = fields.get('lastmodified')
  if (field !== undefined && isScalar(field) && field.type === 'time') {
    throw invalid('lastmodified is not quoted', 'put it in double quotes')
  }
  return textField(fields, 'lastmodified')
}

/** What sops takes for its own version (`AIsNewerThanB`): it refuses to decrypt without one, which ends every block. */
const SOPS_VERSION = /^(?:1\.|v?\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$)/

function versionOf(fields: Fields): string {
  const version = textField(fields, 'version')
  if (SOPS_VERSION.test(version)) return version
  const problem = version === '' ? 'is missing' : 'is no version of sops'
  throw invalid(
    `the metadata field "version" ${problem}`,
    'the file was cut off or changed by hand: restore it from git',
  )
}

function integerField(fields: Fields, name: string): number {
  const text = textField(fields, name)
  if (text === '') return 0
  if (/^\d{1,3}$/.test(text)) return Number(text)
  throw invalid(`the metadata field "${name}" is no number`)
}

function booleanField(fields: Fields, name: string): boolean {
  const text = textField(fields, name)
  const value = text === '' ? false : parseBool(text)
  if (value === undefined) throw invalid(`the metadata field "${name}" is neither true nor false`)
  return value
}

function invalid(message: string, hint?: string): SecretsError {
  return new SecretsError('METADATA_INVALID', message, hint === undefined ? {} : { hint })
}
