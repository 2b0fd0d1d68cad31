import type fc from 'fast-check'
import { type Choices, chosen } from './choices.ts'
import { scalarText } from './yaml-scalars.ts'

/** YAML of every kind that its specification knows and people write; a reader may refuse some of it. */
export const yamlDocuments: fc.Arbitrary<string> = chosen((choices) => new YamlWriter(choices).stream())

class YamlWriter {
  readonly #choices: Choices
  readonly #step: number
  readonly #anchors: string[] = []
  readonly #pending: string[] = []
  readonly #tidy: boolean

  constructor(choices: Choices) {
    this.#choices = choices
    this.#step = choices.of([2, 4, 2, 1, 3, 8])
    this.#tidy = !choices.once(3)
  }

  stream(): string {
    const choices = this.#choices
    const head = choices.of([
      '',
      '',
      '',
      '---\n',
      '%YAML 1.1\n---\n',
      '%TAG !e! tag:example.com,2000:\n---\n',
      '--- # start\n',
      '# first\n---\n',
      '\n\n',
    ])
    let text = head + this.document()
    while (choices.once(4)) {
      const between = choices.of(['---\n', '...\n---\n', '--- # next\n', '---\n\n# c\n', '...\n# c\n---\n'])
      text = `${text.replace(/\n?$/, '\n')}${between}${choices.once(6) ? '' : this.document()}`
    }
    text += choices.of(['', '', '', '\n', '\n\n', '# end\n', '\n# end', '...\n', '  # tail\n'])
    if (choices.once(5)) text = text.replace(/\n$/, '')
    if (choices.once(6)) text = text.replaceAll('\n', '\r\n')
    if (choices.once(10)) text = `\ufeff${text}`
    return text
  }

  /** One document whose root is a block map, or now and then a flow map. */
  document(): string {
    if (this.#choices.once(14)) return `${this.#flowMap(0, 2)}\n`
    let text = ''
    for (let parts = 1 + this.#choices.below(3); parts > 0; parts -= 1) {
      text += this.#map(0, 3)
      this.#anchors.push(...this.#pending.splice(0))
    }
    return text
  }

  #map(indent: number, depth: number): string {
    const items = this.#choices.some(1, 3, () => this.#above(indent) + ' '.repeat(indent) + this.#item(indent, depth))
    return items.join('') + (this.#choices.once(6) ? this.#above(indent) : '')
  }

  #item(indent: number, depth: number): string {
    const choices = this.#choices
    if (this.#anchors.length > 0 && choices.once(20))
      return `? m${choices.unique()}\n${' '.repeat(indent)}: *${choices.of(this.#anchors)}\n`
    if (choices.once(25)) return `? ${this.#keyName()}\n${' '.repeat(indent)}:${this.#value(indent, depth)}`
    if (choices.once(30)) return `? ${this.#keyName()}\n`
    return `${this.#keyName()}${choices.of([':', ':', ':', ' :'])}${this.#value(indent, depth)}`
  }

  #keyName(): string {
    const choices = this.#choices
    const name = `${choices.of(['k', 'key ', 'a.b-', 'é', '😀', '_x', 'a#', 'x_unencrypted', 'k:y', '- x'.slice(2), 'data'])}${choices.unique()}`
    return choices.of([
      name,
      name,
      name,
      `"${name}"`,
      `'${name}'`,
      `"\\u0041${name}"`,
      `'it''s ${name}'`,
      `!!str ${name}`,
      `"a\\n${name}"`,
      `&k${choices.unique()} ${name}`,
    ])
  }

  #value(indent: number, depth: number): string {
    const choices = this.#choices
    const mark = this.#properties()
    if (depth > 0 && choices.once(4)) {
      const deeper = indent + this.#step + (this.#tidy ? 0 : choices.below(2))
      return `${mark}${this.#behind()}\n${this.#gap()}${this.#map(deeper, depth - 1)}`
    }
    if (depth > 0 && choices.once(4))
      return `${mark}${this.#behind()}\n${this.#gap()}${this.#list(indent + choices.of([0, this.#step]), depth - 1)}`
    if (depth > 0 && choices.once(7))
      return `${mark} ${choices.of([this.#flowMap(indent, depth - 1), this.#flowList(indent, depth - 1)])}${this.#behind()}\n`
    if (this.#anchors.length > 0 && mark === '' && choices.once(6))
      return ` *${choices.of(this.#anchors)}${choices.of(['', ' '])}${this.#behind()}\n`
    return `${mark}${this.#leaf(indent)}`
  }

  #leaf(parent: number): string {
    const text = scalarText(this.#choices, { parent, step: this.#step, inFlow: false })
    const blank = this.#choices.once(12) ? text.replace(/^ (?=[^ ])/, '   ') : text
    const behind = /^ *[|>]/.test(text) ? '' : this.#behind()
    return `${blank}${behind}\n`
  }

  #list(indent: number, depth: number): string {
    const elements = this.#choices.some(
      1,
      3,
      () => `${this.#above(indent)}${' '.repeat(indent)}-${this.#element(indent, depth)}`,
    )
    return elements.join('') + (this.#choices.once(8) ? this.#above(indent) : '')
  }

  #element(indent: number, depth: number): string {
    const choices = this.#choices
    if (depth > 0 && choices.once(3)) return this.#compact(indent, depth, (column) => this.#map(column, depth - 1))
    if (depth > 0 && choices.once(6)) return this.#compact(indent, depth, (column) => this.#list(column, depth - 1))
    return this.#value(indent, depth - 1)
  }

  /** A map or list that begins behind the dash. */
  #compact(indent: number, depth: number, make: (column: number) => string): string {
    if (depth === 0) return ' v\n'
    const gap = this.#choices.of([1, 1, 1, 3])
    const column = indent + 1 + gap
    const text = make(column).replace(/^(?:[ \t]*(?:#.*)?\n)*/, '')
    return text.trim() === '' ? ' v\n' : ' '.repeat(gap) + text.slice(column)
  }

  #flowMap(indent: number, depth: number): string {
    const items = this.#choices.some(0, 3, () => this.#flowItem(indent, depth))
    return this.#flow(['{', '}'], items, indent)
  }

  #flowItem(indent: number, depth: number): string {
    const choices = this.#choices
    const name = `f${choices.unique()}`
    if (choices.once(12)) return name
    if (choices.once(12)) return `"${name}":${this.#flowNode(indent, depth).trimStart()}`
    if (choices.once(20)) return `? ${name} :${this.#flowNode(indent, depth)}`
    return `${choices.of([name, name, `"${name}"`, `'${name}'`])}:${this.#flowNode(indent, depth)}`
  }

  #flowList(indent: number, depth: number): string {
    const items = this.#choices.some(0, 3, () => {
      if (this.#choices.once(10)) return `s${this.#choices.unique()}: v`
      return this.#flowNode(indent, depth).trimStart() || 'v'
    })
    return this.#flow(['[', ']'], items, indent)
  }

  #flowNode(indent: number, depth: number): string {
    const choices = this.#choices
    if (depth > 0 && choices.once(6)) return ` ${this.#flowMap(indent, depth - 1)}`
    if (depth > 0 && choices.once(6)) return ` ${this.#flowList(indent, depth - 1)}`
    if (this.#anchors.length > 0 && choices.once(10)) return ` *${choices.of(this.#anchors)} `
    return this.#properties() + scalarText(choices, { parent: indent, step: this.#step, inFlow: true })
  }

  #flow([open, close]: readonly [string, string], items: readonly string[], indent: number): string {
    const choices = this.#choices
    const pad = ' '.repeat(indent + this.#step)
    const separator = choices.of([', ', ',', ' , ', `,\n${pad}`, `, # c\n${pad}`, `,#c\n${pad}`, `\n${pad}, `])
    const last = items.length > 0 ? choices.of(['', '', ',', ' ', ...behindSign(items.at(-1), `#c\n${pad}`)]) : ''
    const [head, tail] = choices.of([
      ['', ''],
      ['', ''],
      [' ', ' '],
      [`\n${pad}`, `\n${pad}`],
      [` # c\n${pad}`, ` # c\n${pad}`],
      [`#c\n${pad}`, ''],
    ])
    return `${open}${head}${items.join(separator)}${last}${tail}${close}`
  }

  #properties(): string {
    const choices = this.#choices
    if (!choices.once(10)) return ''
    if (choices.once(4)) return ' !tag'
    const name = `n${choices.unique()}`
    this.#pending.push(name)
    return choices.of([` &${name}`, ` &${name}`, ` &${name} !foo`, ` !foo &${name}`])
  }

  #above(indent: number): string {
    const choices = this.#choices
    if (!choices.once(4)) return ''
    const column = ' '.repeat(this.#tidy ? indent : choices.below(indent + 3))
    return choices.of([
      `${column}# c${choices.unique()}\n`,
      '\n',
      `${column}#${choices.unique()}\n${column}#\n`,
      `${column}# a\n\n${column}# b\n`,
      '  \n',
      `${column}#\tt \n`,
      '\n\n',
    ])
  }

  #gap(): string {
    return this.#choices.once(10) ? '\n' : ''
  }

  #behind(): string {
    const choices = this.#choices
    if (!choices.once(6)) return choices.once(10) ? '  ' : ''
    return choices.of([
      ` # b${choices.unique()}`,
      `   # b${choices.unique()} `,
      ' #',
      `\t# t${choices.unique()}`,
      ' #x # y',
    ])
  }
}

/** A comment without a blank, which only a quote or a closing sign can have before it. */
function behindSign(item: string | undefined, comment: string): string[] {
  return item !== undefined && /["'\]}]$/.test(item) ? [comment] : []
}
