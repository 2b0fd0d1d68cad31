import { SecretsError } from '../../core/errors.ts'
import { type Scalar, stringScalar } from '../../core/scalar.ts'
import type { PlainValue, ScalarNode, Span } from '../../core/tree.ts'
import { type CommentNode, type Edit, isScalar, type MapItem, type MapNode } from '../../core/tree.ts'
import { cannotCarry } from '../format-error.ts'
import { appendEntry, appendSection, removeEntry, removeSection, replaceEntries } from './edit-ini.ts'
import { type IniEntry, type IniSection, type IniSections, METADATA_SECTION } from './read-ini.ts'
import type { Quote } from './read-value.ts'
import { iniText, spellIniValue } from './spell-ini.ts'

/** The root: a map of sections. `DEFAULT`, the keys before any header, is one only where it has keys. */
export class IniRoot implements MapNode {
  readonly kind = 'map' as const
  readonly span: Span
  readonly items: readonly (IniSectionItem | CommentNode)[]
  readonly #ini: IniSections

  constructor(ini: IniSections) {
    this.#ini = ini
    this.span = { start: 0, end: ini.text.length }
    this.items = [...ini.sections.map((section) => new IniSectionItem(ini, section)), ...ini.loose]
  }

  /** Throws `RESERVED_KEY`, `NAME_CLASH`, and `FORMAT_INVALID` for what is no map of leaves. */
  append(key: string, value: PlainValue): readonly Edit[] {
    if (key === METADATA_SECTION) throw reservedKey()
    if (this.#ini.sections.some(({ name }) => name === key)) throw nameClash(key)
    return [appendSection(this.#ini, key, value)]
  }

  replace(item: MapItem, value: PlainValue): readonly Edit[] {
    const section = this.#ini.sections.find(({ name }) => name === item.key)
    return section === undefined ? [] : replaceEntries(this.#ini, section, value)
  }

  remove(item: MapItem): readonly Edit[] {
    const section = this.#ini.sections.find(({ name }) => name === item.key)
    return section === undefined ? [] : [removeSection(this.#ini, section)]
  }
}

class IniSectionItem implements MapItem {
  readonly kind = 'item' as const
  readonly key: string
  readonly keySpan: Span
  readonly value: IniSectionMap

  constructor(ini: IniSections, section: IniSection) {
    this.key = section.name
    this.keySpan = section.header
    this.value = new IniSectionMap(ini, section)
  }
}

/** The keys of one section, each followed by its comments, as sops has them. */
class IniSectionMap implements MapNode {
  readonly kind = 'map' as const
  readonly span: Span
  readonly items: readonly (MapItem | CommentNode)[]
  readonly #ini: IniSections
  readonly #section: IniSection

  constructor(ini: IniSections, section: IniSection) {
    const { headerLines, entries } = section
    this.#ini = ini
    this.#section = section
    this.span = { start: headerLines.end, end: entries.at(-1)?.lines.end ?? headerLines.end }
    const items = entries.flatMap((entry) => [itemOf(ini.text, section.name, entry), ...entry.comments])
    this.items = [...section.comments, ...items, ...section.loose]
  }

  /** Throws `NAME_CLASH`, and `FORMAT_INVALID` for a map, a list or null. */
  append(key: string, value: PlainValue): readonly Edit[] {
    if (this.#section.entries.some((entry) => entry.key === key)) throw nameClash(`${this.#section.name}.${key}`)
    return [appendEntry(this.#ini, this.#section, [key, value])]
  }

  replace(item: MapItem, value: PlainValue): readonly Edit[] {
    const path = `${this.#section.name}.${item.key}`
    if (!isScalar(value)) throw cannotCarry(path, 'INI has no maps or lists inside a section')
    const node = item.value
    return node.kind === 'scalar' ? [{ ...node.span, text: node.spell(value) }] : []
  }

  remove(item: MapItem): readonly Edit[] {
    const entry = this.#section.entries.find(({ key }) => key === item.key)
    return entry === undefined ? [] : [removeEntry(this.#ini, entry)]
  }
}

/** A value. Its quotes stay where they can hold what comes, an encrypted value among it. */
class IniScalar implements ScalarNode {
  readonly kind = 'scalar' as const
  readonly span: Span
  readonly scalar: Scalar
  readonly #quote: Quote
  readonly #lead: string
  readonly #tail: string
  readonly #path: string

  constructor(text: string, path: string, { value, keySpan }: IniEntry) {
    const { span } = value
    const end = text.indexOf('\n', span.end)
    const between = text.slice(keySpan.end, span.start)
    this.span = span
    this.scalar = stringScalar(value.text)
    // Around a token in one line, such quotes would hide the comment behind them.
    this.#quote = value.comment !== undefined && value.isCommentSeen ? withComment(value.quote) : value.quote
    this.#path = path
    this.#tail = text.slice(span.end, end === -1 ? text.length : end)
    this.#lead = span.start === span.end && /^[ \t].*[=:]$/.test(between) ? ' ' : ''
  }

  spell(scalar: Scalar): string {
    return this.#place(iniText(scalar, this.#path))
  }

  spellToken(token: string): string {
    return this.#place(token)
  }

  #place(text: string): string {
    const spelled = spellIniValue(text, { quote: this.#quote, tail: this.#tail, path: this.#path })
    return spelled === '' ? '' : this.#lead + spelled
  }
}

/** The quotes that a comment behind a value allows to keep. */
function withComment(quote: Quote): Quote {
  return quote === '`' || quote === '"""' ? '' : quote
}

function itemOf(text: string, section: string, entry: IniEntry): MapItem {
  const value = new IniScalar(text, `${section}.${entry.key}`, entry)
  return { kind: 'item', key: entry.key, keySpan: entry.keySpan, value }
}

function reservedKey(): SecretsError {
  return new SecretsError('RESERVED_KEY', `the section ${METADATA_SECTION} is the metadata's`, {
    hint: 'choose another name for the section',
    place: { path: METADATA_SECTION },
  })
}

function nameClash(path: string): SecretsError {
  return new SecretsError('NAME_CLASH', 'an entry of that name is there already', { place: { path } })
}
