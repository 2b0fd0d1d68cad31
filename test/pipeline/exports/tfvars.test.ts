import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { floatScalar, intScalar, NULL, Scalar } from '../../../src/core/scalar.ts'
import { format as hcl } from '../../../src/pipeline/exports/formats/tfvars.ts'
import { format as json } from '../../../src/pipeline/exports/formats/tfvars-json.ts'
import { suite } from '../../support/suite.ts'
import { awkwardText } from './awkward-text.ts'
import { entriesOf, entry, type Json, jsonOf, runs, textOf, treeWith } from './entries.ts'

const variable = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_-]{0,12}$/)

/** Reads a quoted template of HCL; anything that would be a template fails. */
function readQuoted(text: string): string {
  const inner = text.slice(1, -1)
  let read = ''
  let at = 0
  while (at < inner.length) {
    const rest = inner.slice(at)
    const [escape] = /^\\(?:["\\nrt]|u[0-9a-f]{4})/.exec(rest) ?? []
    const [doubled] = /^(?:\$\$\{|%%\{)/.exec(rest) ?? []
    const [character = ''] = rest
    // What the specification leaves open: a sign before a doubled one.
    assert.not.match(rest, /^(?:\$\{|%\{|["\n\r]|[$%]{3,}\{)/)
    read += escape === undefined ? (doubled?.slice(1) ?? character) : JSON.parse(`"${escape}"`)
    at += (escape ?? doubled ?? character).length
  }
  return read
}

/** A reader of what is written here, and of nothing else. */
function readHcl(text: string): Json {
  const tokens = text.match(/"(?:[^"\\]|\\.)*"|[-\w.+]+|[=,\n[\]{}]/g) ?? []
  let at = 0
  const value = (): Json => {
    const token = tokens[at++] ?? ''
    if (token === '{') return map('}')
    if (token === '[') return list()
    return token.startsWith('"') ? readQuoted(token) : JSON.parse(token)
  }
  const map = (end: string | undefined): Json => {
    const read: Record<string, Json> = Object.create(null)
    for (;;) {
      while (tokens[at] === '\n') at += 1
      const key = tokens[at++]
      if (key === end || key === undefined) return read
      assert.is(tokens[at++], '=')
      read[key.startsWith('"') ? readQuoted(key) : key] = value()
      assert.is(tokens[at++], '\n')
    }
  }
  const list = (): Json => {
    const read: Json[] = []
    for (;;) {
      while (tokens[at] === '\n' || tokens[at] === ',') at += 1
      if (tokens[at] === ']') break
      read.push(value())
    }
    at += 1
    return read
  }
  return map(undefined)
}

suite('export to Terraform', (test) => {
  test('writes variables with types', () => {
    const entries = [
      entry(['database', 'password'], 'a"b\\c\n\t${d} %{e} $${f}'),
      entry(['database', 'port'], intScalar(9223372036854775807n)),
      entry(['hosts', 0], 'x'),
      entry(['ratio'], floatScalar(0.5)),
      entry(['none'], NULL),
      entry(['until'], new Scalar('time', '2024-01-02T03:04:05Z')),
    ]
    assert.is(
      textOf(hcl, entries),
      [
        'database = {',
        '  "password" = "a\\"b\\\\c\\n\\t$${d} %%{e} $\\u0024{f}"',
        '  "port" = 9223372036854775807',
        '}',
        'hosts = [',
        '  "x",',
        ']',
        'ratio = 0.5',
        'none = null',
        'until = "2024-01-02T03:04:05Z"',
        '',
      ].join('\n'),
    )
    assert.is(
      textOf(json, entries.slice(0, 3)),
      [
        '{',
        '  "database": {',
        '    "password": "a\\"b\\\\c\\n\\t${d} %{e} $${f}",',
        '    "port": 9223372036854775807',
        '  },',
        '  "hosts": [',
        '    "x"',
        '  ]',
        '}',
        '',
      ].join('\n'),
    )
    assert.is(textOf(json, []), '{}\n')
    assert.is(textOf(hcl, []), '')
  })

  test('is read back, in both notations', () => {
    fc.assert(
      fc.property(treeWith(variable.filter((name) => hcl.problem?.(entry(name, 'x'), {}) === undefined)), (tree) => {
        const entries = entriesOf(tree)
        const expected = JSON.stringify(jsonOf(tree))
        assert.is(JSON.stringify(readHcl(textOf(hcl, entries))), expected)
        assert.is(JSON.stringify(JSON.parse(textOf(json, entries))), expected)
      }),
      runs,
    )
  })

  test('keeps texts that look like templates apart from templates', () => {
    const texts = fc.array(fc.constantFrom('$', '%', '{', '}', '\\', '"', 'a')).map((parts) => parts.join(''))
    fc.assert(
      fc.property(fc.oneof(texts, awkwardText), (text) => {
        assert.equal(readHcl(textOf(hcl, [entry('a', text)])), Object.assign(Object.create(null), { a: text }))
      }),
      runs,
    )
  })

  test('refuses what Terraform does not take or would change', () => {
    for (const format of [hcl, json]) {
      const problem = (path: string | string[], value: Scalar | string = 'x'): string =>
        format.problem?.(entry(path, value), {}) ?? ''
      for (const name of ['a', '_A-1', 'database_password']) assert.is(problem(name), '')
      assert.is(problem(['a', 'any key: "${x}"']), '')
      for (const name of ['1a', '-a', 'a.b', 'a b', 'é', '', '//'])
        assert.match(problem(name), /a variable of Terraform has/)
      for (const name of ['source', 'count', 'for_each']) assert.match(problem(name), /cannot be called/)
      assert.match(problem('a', 'e\u0301'), /texts to the normal form NFC/)
      assert.match(problem(['a', 'e\u0301']), /keys to the normal form NFC/)
      assert.match(problem('a', floatScalar(Infinity)), /no infinite numbers/)
    }
  })
})
