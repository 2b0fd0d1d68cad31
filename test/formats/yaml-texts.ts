import fc from 'fast-check'

/** Texts of YAML in many styles, made from the numbers that fast-check shrinks. */
export interface GeneratedYaml {
  readonly text: string
  /** Whether aliases are in it. */
  readonly hasAlias: boolean
}

const WORDS = [
  'v',
  'two words',
  'é',
  '😀',
  'a:b',
  "it's",
  'x#y',
  '10',
  '1.50',
  'true',
  'null',
  '~',
  'yes',
  '0x1F',
  '2020-01-02',
  '1e3',
  '-',
  'ab-c_d',
  '1_000',
  '.5',
  'TRUE',
]
const QUOTED = [
  '',
  ' lead',
  'trail ',
  'a: b',
  '# no',
  '[x]',
  'line\\nbreak',
  'tab\\t',
  'q\\"q',
  'b\\\\s',
  '\\u0001',
  '\\x41',
  '\\N',
  '10',
  'true',
  'emoji 😀',
]
const SINGLE = ['', ' lead ', "it''s", '{a}', '10', 'null', 'x: y', '# c', 'back\\slash']

/** Numbers in, choices out. */
class Choices {
  readonly #numbers: readonly number[]
  #at = 0
  #names = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  below(limit: number): number {
    const value = this.#numbers[this.#at % this.#numbers.length] ?? 0
    this.#at += 1
    return (value + this.#at) % limit
  }

  of<T>(list: readonly [T, ...T[]] | readonly T[]): T {
    const value = list[this.below(list.length)]
    if (value === undefined) throw new Error('nothing to choose from')
    return value
  }

  name(): string {
    this.#names += 1
    return `${this.of(['k', 'key ', 'K_', 'a.b-'])}${this.#names}`.trim()
  }
}

class Writer {
  readonly #choices: Choices
  readonly #step: number
  readonly #anchors: string[] = []
  hasAlias = false

  constructor(choices: Choices) {
    this.#choices = choices
    this.#step = 1 + choices.below(4)
  }

  map(indent: number, depth: number): string {
    const count = 1 + this.#choices.below(3)
    let text = ''
    for (let index = 0; index < count; index += 1) {
      text += this.#comment(indent) + ' '.repeat(indent) + this.#key() + this.#value(indent, depth)
    }
    return text + (this.#choices.below(5) === 0 ? this.#comment(indent) : '')
  }

  #key(): string {
    const name = this.#choices.name()
    return this.#choices.of([`${name}:`, `"${name}":`, `'${name}' :`, `${name}:`, `${name}:`])
  }

  #value(indent: number, depth: number): string {
    const kind = depth === 0 ? 0 : this.#choices.below(4)
    if (kind === 1) return `${this.#anchor()}${this.#inline()}\n${this.map(indent + this.#step, depth - 1)}`
    if (kind === 2)
      return `${this.#inline()}\n${this.#list(indent + (this.#choices.below(2) === 0 ? 0 : this.#step), depth - 1)}`
    return this.#leaf(indent)
  }

  #list(indent: number, depth: number): string {
    const count = 1 + this.#choices.below(3)
    let text = ''
    for (let index = 0; index < count; index += 1) {
      text += `${this.#comment(indent)}${' '.repeat(indent)}-`
      const compact = depth > 0 && this.#choices.below(3) === 0
      text += compact
        ? ` ${this.map(indent + 2, depth - 1)
            .replace(/^(?: *(?:#.*)?\n)*/, '')
            .trimStart()}`
        : this.#leaf(indent)
    }
    return text
  }

  #leaf(indent: number): string {
    const pad = ' '.repeat(indent + this.#step)
    switch (this.#choices.below(12)) {
      case 0:
        return ` "${this.#choices.of(QUOTED)}"${this.#inlineBehindSign()}\n`
      case 1:
        return ` '${this.#choices.of(SINGLE)}'${this.#inlineBehindSign()}\n`
      case 2:
        return ` |${this.#choices.of(['', '-', '+'])}${this.#inline()}\n${pad}l1\n\n${pad}  l2\n${this.#choices.of(['', '\n'])}`
      case 3:
        return `${this.#inline()}\n`
      case 4:
        return this.#choices.below(3) === 0
          ? this.#flowInLines(pad)
          : ` [1, ${this.#choices.of(['x y', '"q"', "'s'", '[]'])}, {y: 2, "z": w}]${this.#inlineBehindSign()}\n`
      case 5:
        return ` >${this.#choices.of(['', '-'])}\n${pad}f1\n${pad}f2\n\n${pad}f3\n`
      case 6:
        return ` two\n${pad}lines\n`
      case 7:
        return this.#anchors.length > 0 ? this.#alias() : ' {}\n'
      case 8:
        return ` ${this.#choices.of(['!foo 10', '!!str 10', '!!float 3', '!!binary aGk=', '!!int "3"', '! x'])}\n`
      case 9:
        return `${this.#anchor()} ${this.#choices.of(WORDS.filter((word) => word !== '-'))}\n`
      default:
        return ` ${this.#choices.of(WORDS.filter((word) => word !== '-'))}${this.#inline()}\n`
    }
  }

  /** With comments that have no blank before them, as go-yaml reads them behind quotes and signs. */
  #flowInLines(pad: string): string {
    const of = <Part>(parts: readonly Part[]): Part => this.#choices.of(parts)
    const comment = (): string => of([`#c\n${pad}`, ` # c\n${pad}`, `\n${pad}`])
    const quoted = (): string => of(['"q"', "'s'", '[]', '{ "y": \'s\' }', '[2]'])
    const map = `{${comment()}"z": ${quoted()}${comment()}}`
    return ` [${comment()}v,${comment()}${of(['x y', quoted()])}, ${quoted()}${comment()}, ${of([map, quoted()])}${comment()}]\n`
  }

  #alias(): string {
    this.hasAlias = true
    return ` *${this.#choices.of(this.#anchors)}\n`
  }

  #anchor(): string {
    if (this.#choices.below(4) !== 0) return ''
    const name = `n${this.#anchors.length}x`
    this.#pending.push(name)
    return ` &${name}`
  }

  readonly #pending: string[] = []

  /** Anchors may be used from the next root entry on: none is open then. */
  settle(): void {
    this.#anchors.push(...this.#pending.splice(0))
  }

  #comment(indent: number): string {
    if (this.#choices.below(5) !== 0) return this.#choices.below(12) === 0 ? '\n' : ''
    return `${' '.repeat(indent)}# c${this.#choices.name()}\n`
  }

  #inline(): string {
    return this.#choices.below(8) === 0 ? ` # i${this.#choices.name()}` : ''
  }

  #inlineBehindSign(): string {
    return this.#choices.below(6) === 0 ? '#direct' : this.#inline()
  }
}

function build(numbers: readonly number[]): GeneratedYaml {
  const choices = new Choices(numbers)
  const writer = new Writer(choices)
  const documents = choices.below(6) === 0 ? 2 : 1
  let text = choices.below(10) === 0 ? '---\n' : ''
  for (let index = 0; index < documents; index += 1) {
    if (index > 0) text += '---\n'
    const parts = 1 + choices.below(3)
    for (let part = 0; part < parts; part += 1) {
      text += writer.map(0, 3)
      writer.settle()
    }
  }
  text += choices.of(['', '', '\n', '# end\n', '...\n', '\n\n# tail\n'])
  if (choices.below(5) === 0) text = text.replace(/\n$/, '')
  if (choices.below(6) === 0) text = text.replaceAll('\n', '\r\n')
  if (choices.below(12) === 0) text = `\uFEFF${text}`
  return { text, hasAlias: writer.hasAlias }
}

/** YAML texts that are read without an error. */
export const yamlTexts: fc.Arbitrary<GeneratedYaml> = fc
  .array(fc.nat(10_000), { minLength: 40, maxLength: 160 })
  .map(build)
