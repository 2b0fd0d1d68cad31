import fc from 'fast-check'

/** Choices made from numbers that fast-check draws and shrinks: towards the first of every list. */
export class Choices {
  readonly #numbers: readonly number[]
  #at = 0
  #names = 0

  constructor(numbers: readonly number[]) {
    this.#numbers = numbers
  }

  /** A number from 0 to `limit` - 1. */
  below(limit: number): number {
    const value = this.#numbers[this.#at] ?? 0
    this.#at += 1
    return value % limit
  }

  /** True once in `every` times; never when the numbers have run out. */
  once(every: number): boolean {
    return this.below(every) === every - 1
  }

  /** One of the list. */
  of<Item>(list: readonly Item[]): Item {
    const item = list[this.below(list.length)]
    if (item === undefined) throw new Error('nothing to choose from')
    return item
  }

  /** Between `least` and `most` results of `make`. */
  some<Item>(least: number, most: number, make: () => Item): Item[] {
    return Array.from({ length: least + this.below(most - least + 1) }, make)
  }

  /** A number that no other name of the text has. */
  unique(): number {
    this.#names += 1
    return this.#names
  }
}

/** Texts that `write` makes of choices. */
export function chosen<Result>(write: (choices: Choices) => Result): fc.Arbitrary<Result> {
  const numbers = fc.array(fc.nat(1_000_000), { minLength: 60, maxLength: 400, size: 'max' })
  return numbers.map((drawn) => write(new Choices(drawn)))
}
