import { stringify } from 'yaml'
import { DEFAULT_SELECTION, type Selection } from '../core/metadata-model.ts'
import { sameSelection } from '../core/selection.ts'
import { SELECTION_KEYS } from './secretsrc-selection.ts'

/** A recipient to be written. */
export interface NewRecipient {
  readonly name: string
  readonly reference: string
}

/** An environment to be written. */
export interface NewEnvironment {
  readonly name: string
  /** Globs, or regular expressions. */
  readonly files: readonly (string | { readonly regex: string })[]
  /** Names: one group, or several for a threshold. */
  readonly groups: readonly (readonly string[])[]
  /** 0 = all groups. */
  readonly threshold?: number
  readonly selection?: Selection
  readonly macOnlyEncrypted?: boolean
  readonly checkout?: 'encrypted' | 'decrypted'
}

/** A whole `.secretsrc`. */
export interface NewSecretsrc {
  readonly recipients: readonly NewRecipient[]
  readonly environments: readonly NewEnvironment[]
  /** Whether the first environment that claims a file has it. */
  readonly firstMatch?: boolean
}

/** The text of a new `.secretsrc`, with `\n` at the end of each line. */
export function secretsrcText({ recipients, environments, firstMatch = false }: NewSecretsrc): string {
  const lines = ['version: 1']
  if (firstMatch) lines.push('# A file belongs to the first environment that names it.', 'match: first')
  lines.push(
    '',
    '# Everybody and everything that can decrypt something, once.',
    section('recipients', recipients.length),
  )
  for (const recipient of recipients) lines.push(...indented(recipientLines(recipient)))
  lines.push('', '# Which files are encrypted, and for whom.', section('environments', environments.length))
  for (const environment of environments) lines.push(...indented(environmentLines(environment)))
  return `${lines.join('\n')}\n`
}

function section(name: string, count: number): string {
  return count === 0 ? `${name}: {}` : `${name}:`
}

/** The line of a recipient in a block mapping, without indentation. */
export function recipientLines({ name, reference }: NewRecipient): readonly string[] {
  return [`${spell(name)}: ${spell(reference)}`]
}

/** The lines of an environment in a block mapping, the first without indentation. */
export function environmentLines(environment: NewEnvironment): readonly string[] {
  return [
    `${spell(environment.name)}:`,
    ...indented(environmentFields(environment).map(([key, text]) => `${key}: ${text}`)),
  ]
}

/** An environment as one item of a flow mapping. */
export function environmentFlow(environment: NewEnvironment): string {
  const fields = environmentFields(environment).map(([key, text]) => `${key}: ${text}`)
  return `${spell(environment.name)}: { ${fields.join(', ')} }`
}

function environmentFields(environment: NewEnvironment): readonly (readonly [string, string])[] {
  const { files, groups, threshold = 0, selection = DEFAULT_SELECTION } = environment
  const [only] = files
  const fields: [string, string][] = [
    ['files', only !== undefined && files.length === 1 ? spell(only) : spellList(files)],
    groups.length > 1
      ? ['groups', `[${groups.map(spellList).join(', ')}]`]
      : ['recipients', spellList(groups[0] ?? [])],
  ]
  if (groups.length > 1 && threshold !== 0) fields.push(['threshold', String(threshold)])
  if (!sameSelection(selection, DEFAULT_SELECTION)) fields.push(['encrypt', spellSelection(selection)])
  if (environment.macOnlyEncrypted === true) fields.push(['mac', 'encrypted'])
  if (environment.checkout === 'decrypted') fields.push(['checkout', 'decrypted'])
  return fields
}

function spellSelection(selection: Selection): string {
  if (selection.by === 'none') return '{}'
  const key = Object.keys(SELECTION_KEYS).find((candidate) => SELECTION_KEYS[candidate] === selection.by)
  return `{ ${key}: ${spell(selection.pattern)} }`
}

function spellList(items: readonly (string | { readonly regex: string })[]): string {
  return `[${items.map(spell).join(', ')}]`
}

/** A text (or a pattern) as YAML that reads the same in block and in flow context, with quotes only where they are needed. */
export function spell(value: string | { readonly regex: string }): string {
  if (typeof value !== 'string') return `{ regex: ${spell(value.regex)} }`
  const options = { collectionStyle: 'flow', flowCollectionPadding: false, lineWidth: 0, singleQuote: true } as const
  return stringify([value], options).trim().slice(1, -1)
}

function indented(lines: readonly string[]): readonly string[] {
  return lines.map((line) => `  ${line}`)
}
