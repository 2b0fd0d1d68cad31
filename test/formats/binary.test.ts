import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { NULL, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/binary.ts'
import { suite } from '../support/suite.ts'
import { errorOf, leaves, METADATA, map, shown } from './text-checks.ts'

const FIXTURES = new URL('../fixtures/sops-3.13.2/', import.meta.url)
const TOKEN = 'ENC[AES256_GCM,data:a,iv:b,tag:c,type:str]'

suite('binary', (test) => {
  test('frames any bytes as one value and gives them back', () => {
    const property = fc.property(fc.uint8Array(), (content) => {
      const parsed = format.parsePlain?.(content)
      assert.ok(parsed)
      const [leaf, ...others] = leaves(parsed)
      assert.equal(others, [])
      assert.is(leaf?.path, 'data')
      assert.is(leaf?.node.scalar.type, 'str')
      const plaintext = leaf?.node.scalar.plaintext ?? ''
      assert.equal(Buffer.from(format.plainContent?.(plaintext) ?? []), Buffer.from(content))
    })
    fc.assert(property)
  })

  test('makes the frame that sops makes', () => {
    const parsed = format.parsePlain?.(Buffer.from('x'))
    assert.ok(parsed)
    const [leaf] = leaves(parsed)
    assert.ok(leaf)
    const token = { ...leaf.node.span, text: leaf.node.spellToken(TOKEN) }
    const text = applyEdits(parsed.text, [token, ...parsed.writeMetadata(map({ version: stringScalar('3.13.2') }))])
    assert.is(text, `{\n\t"data": "${TOKEN}",\n\t"sops": {\n\t\t"version": "3.13.2"\n\t}\n}\n`)
    assert.equal(shown(format.parse(text)), [`data str ${TOKEN}`])
  })

  test('gives the bytes of a text', () => {
    assert.equal(Buffer.from(format.plainContent?.('é') ?? []), Buffer.from('é', 'utf8'))
  })

  test('reads what sops wrote, and writes its metadata back alike', () => {
    const text = readFileSync(new URL('blob.enc.bin', FIXTURES), 'utf8')
    const parsed = format.parse(text)
    assert.equal(
      leaves(parsed).map(({ path }) => path),
      ['data'],
    )
    const removed = applyEdits(text, parsed.removeMetadata())
    assert.is(applyEdits(removed, format.parse(removed).writeMetadata(parsed.metadata ?? METADATA)), text)
  })

  test('refuses a frame that holds anything else', () => {
    for (const text of ['{}', '{"data": 1}', '{"data": "x", "more": 1}', '{"dat": "x"}', '{"data": {"a": "x"}}']) {
      const error = errorOf(() => format.parse(text))
      assert.is(error.code, 'FORMAT_INVALID', text)
      assert.equal(error.place, { line: 1, column: 1 })
    }
    assert.is(errorOf(() => format.parse('no JSON')).code, 'FORMAT_INVALID')
  })

  test('renders nothing but one string', () => {
    assert.is(format.render([map({ data: stringScalar('x\n') })]), 'x\n')
    for (const value of [map({}), map({ data: NULL }), map({ other: stringScalar('x') }), stringScalar('x')]) {
      assert.is(errorOf(() => format.render([value])).code, 'FORMAT_INVALID')
    }
    assert.is(errorOf(() => format.render([])).code, 'FORMAT_INVALID')
  })

  test('never spells bytes as text', () => {
    const parsed = format.parsePlain?.(new Uint8Array([255]))
    assert.ok(parsed)
    const [leaf] = leaves(parsed)
    assert.ok(leaf)
    assert.is(errorOf(() => leaf.node.spell(leaf.node.scalar)).code, 'FORMAT_INVALID')
  })
})
