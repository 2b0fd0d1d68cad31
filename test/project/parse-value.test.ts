import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { canonicalText, type Scalar } from '../../src/core/scalar.ts'
import type { PlainValue } from '../../src/core/tree.ts'
import { formatByName } from '../../src/formats/find-format.ts'
import { nativeValue } from '../../src/project/native-value.ts'
import { parseValue, type ValueType, valueInPlaceOf } from '../../src/project/parse-value.ts'
import { jsonValue } from '../../src/project/show-value.ts'
import { suite } from '../support/suite.ts'

async function refusal(text: string, type: ValueType): Promise<SecretsError> {
  try {
    await parseValue(text, type)
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error(`${type} takes ${JSON.stringify(text)}`)
}

async function native(text: string, type: ValueType): Promise<string> {
  return JSON.stringify(nativeValue(await parseValue(text, type)))
}

suite('reading a value', (test) => {
  test('by type', async () => {
    assert.is(await native(' 8 ', 'str'), '" 8 "')
    assert.is(await native(' -8\n', 'int'), '-8')
    assert.is(await native('1.50', 'float'), '1.5')
    assert.is(await native('TRUE', 'bool'), 'true')
    assert.is(await native('', 'null'), 'null')
    assert.is(await native('{"a": [1, "x"]}', 'json'), '{"a":[1,"x"]}')
    assert.is(await native('a: [1, x]\nb:\n  - c\n', 'yaml'), '{"a":[1,"x"],"b":["c"]}')
    assert.is(await native('---\n- x\n- y\n', 'yaml'), '["x","y"]')
    assert.is(await native('|\n  two\n  lines\n', 'yaml'), '"two\\nlines\\n"')
  })

  test('refuses what is none of the type, without quoting it', async () => {
    const wrong: readonly (readonly [string, ValueType])[] = [
      ['marker1', 'int'],
      ['0x1F', 'int'],
      ['99999999999999999999', 'int'],
      ['1e999', 'float'],
      ['marker1', 'float'],
      ['yes', 'bool'],
      ['marker1', 'null'],
      ['{"marker1"', 'json'],
      ['1, "marker1": 2', 'json'],
      ['1}, "marker1', 'json'],
      ['a: [marker1', 'yaml'],
    ]
    for (const [text, type] of wrong) {
      const error = await refusal(text, type)
      assert.is(error.code, 'FORMAT_INVALID', `${type} ${text}`)
      assert.not.match(JSON.stringify([error.message, error.hint, error.place]), /marker1/)
    }
  })

  test('places in JSON count from the first line of the value', async () => {
    assert.match((await refusal('{\n  "a": x\n}', 'json')).message, /^the value, line 2, column 8: /)
  })

  test('a text in the place of a number stays a number where it is written like one', async () => {
    const { documents } = (await formatByName('yaml')).parse('i: 5432\nf: 1.5\nb: true\ns: x\n')
    const place = (key: string): Parameters<typeof valueInPlaceOf>[1] => {
      const item = documents[0]?.items.find((candidate) => candidate.kind === 'item' && candidate.key === key)
      return item?.kind === 'item' ? item.value : undefined
    }
    const typeOf = (text: string, key: string): string => valueInPlaceOf(text, place(key)).type
    assert.is(typeOf('5433', 'i'), 'int')
    assert.is(typeOf('0042', 'i'), 'str')
    assert.is(typeOf('+49', 'i'), 'str')
    assert.is(typeOf('x', 'i'), 'str')
    assert.is(typeOf('2.50', 'f'), 'float')
    assert.is(typeOf('false', 'b'), 'bool')
    assert.is(typeOf('1', 's'), 'str')
    assert.is(valueInPlaceOf('12', undefined).type, 'str')
  })

  test('property: what is shown as JSON reads back', async () => {
    await fc.assert(
      fc.asyncProperty(fc.jsonValue({ maxDepth: 3 }), async (value) => {
        const text = JSON.stringify(value)
        fc.pre(!/e[+-]?\d|-0(?![.\d])|"sops"/.test(text))
        const parsed: PlainValue = await parseValue(text, 'json')
        assert.equal(JSON.parse(jsonValue(parsed)), value)
      }),
      { numRuns: 200 },
    )
  })

  test('property: a text is itself', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), async (text) => {
        const scalar = await parseValue(text, 'str')
        assert.is(isText(scalar) ? canonicalText(scalar) : undefined, text)
      }),
      { numRuns: 100 },
    )
  })
})

function isText(value: PlainValue): value is Scalar {
  return 'type' in value && value.type === 'str'
}
