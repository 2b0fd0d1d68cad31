import { readFileSync } from 'node:fs'
import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { NULL, stringScalar } from '../../src/core/scalar.ts'
import { applyEdits } from '../../src/core/tree.ts'
import { format } from '../../src/formats/kinds/ini.ts'
import { suite } from '../support/suite.ts'
import { iniTexts } from './ini-texts.ts'
import {
  checkMetadata,
  checkTokens,
  comments,
  errorOf,
  leaves,
  METADATA,
  map,
  newLines,
  plain,
  RUNS,
  shown,
} from './text-checks.ts'

const FIXTURES = new URL('../fixtures/sops-3.13.2/', import.meta.url)

suite('ini', (test) => {
  test('reads values as go-ini does for sops', () => {
    const cases: [string, string][] = [
      ['k=v', 'v'],
      ['k : v = w', 'v = w'],
      ['k =', ''],
      ['k = "a b"', 'a b'],
      ["k = 'a'", 'a'],
      ['k = "a" b "c"', '"a" b "c"'],
      ['k = ""', ''],
      ['k = `a;b`', 'a;b'],
      ['k = `a`b`', 'a`b'],
      ['k = """a#b"""', 'a#b'],
      ['k = """a\n b\n"""', 'a\n b\n'],
      ['k = """\r\na"""', '\r\na'],
      ['k = `a\nb`', 'a\nb'],
      ['k = a ; b', 'a'],
      ['k = a;b#c', 'a'],
      ['k = "a;b"', '"a'],
      ['k = a\\\n  b\\\nc', 'abc'],
      ['k = a # b \\\n c', 'a # b c'],
      ['k = a\\\n\n[x]', 'a'],
      ['k = \\n', '\\n'],
      ['k = """', '"""'],
      ['k =\u00a0a\u0085', 'a'],
    ]
    for (const [text, value] of cases) assert.equal(shown(format.parse(text))[0], `DEFAULT.k str ${value}`, text)
  })

  test('reads keys and sections as go-ini does', () => {
    const text = 'a=1\n"q=k" = 2\n`b:k`: 3\n"""t"k"""=4\n- = 5\n- = 6\n[ s ]\nx y = 7\n[DEF]AULT] ; c\n'
    const paths = leaves(format.parse(text)).map(({ path }) => path)
    assert.equal(paths, [
      'DEFAULT.a',
      'DEFAULT.q=k',
      'DEFAULT.b:k',
      'DEFAULT.t"k',
      'DEFAULT.#1',
      'DEFAULT.#2',
      ' s .x y',
    ])
    assert.equal(
      format.parse(text).documents[0]?.items.map((item) => (item.kind === 'item' ? item.key : '')),
      ['DEFAULT', ' s ', 'DEF]AULT'],
    )
  })

  test('joins all comments of a key or a section as go-ini does', () => {
    const text = '; a\n\n  #b\n[s] ; c\n;; d\n# e  \nk = v ; f\nl = w # g\n; loose\n'
    assert.equal(
      comments(format.parse(text)).map((comment) => comment.text),
      ['a\n#b\n; c', 'd\n# e\n; f', 'd\n# e\n; f', 'g', 'loose'],
    )
  })

  test('puts a comment behind its key, as sops has it', () => {
    const [section] = format.parse('[s]\n; c\nk=v\nl=w\n').documents[0]?.items ?? []
    assert.ok(section?.kind === 'item' && section.value.kind === 'map')
    assert.equal(
      section.value.items.map((item) => (item.kind === 'item' ? item.key : item.text)),
      ['k', 'c', 'l'],
    )
  })

  test('encrypts a group of comments as one and gives every line back to its place', () => {
    assert.is(sealed('; a\n\n  # b\n[s]\nk=v\n'), '; ENC[0,type:comment]\n\n  #\n[s]\nk=v\n')
    assert.is(sealed('[s] ; c\n'), '; ENC[0,type:comment] ;\n[s] ;\n')
    assert.is(sealed('; a\nk=v #b\n'), '; ENC[0,type:comment] ;\nk=v #ENC[0,type:comment]\n')
    assert.is(sealed('#\n# a\n#\nk=v\n'), '# ENC[0,type:comment]\n#\n#\nk=v\n')
    assert.is(sealed(';\n#\nk=v\n'), ';ENC[0,type:comment]\n#\nk=v\n')
    assert.is(sealed(';\nk=v\n'), ';\nk=v\n')
    const property = fc.property(iniTexts, (text) => {
      const texts = [...new Set(comments(format.parse(text)).map((comment) => comment.text))]
      assert.is(opened(sealed(text), texts), text)
    })
    fc.assert(property, { numRuns: RUNS * 5 })
  })

  test('gives back every comment that is left as it is', () => {
    const property = fc.property(iniTexts, (text) => {
      const edits = comments(format.parse(text)).map((node) => ({ ...node.span, text: node.spell(node.text) }))
      const apart = edits.filter(({ start }, index) => start >= (edits[index - 1]?.end ?? 0))
      assert.is(applyEdits(text, apart), text)
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('never gives sops a comment with an empty first line, at which it crashes', () => {
    const property = fc.property(iniTexts, (text) => {
      for (const comment of comments(format.parse(text))) assert.not.match(comment.text, /^\s*\n/)
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('takes a comment of its own for what stands next to an encrypted one', () => {
    const text = '; new\n; ENC[0,type:comment]\n;\n; more\nk=v\n'
    assert.equal(
      comments(format.parse(text)).map((comment) => comment.text),
      ['new', 'ENC[0,type:comment]', 'more'],
    )
    const header = '; ENC[0,type:comment]\n[s] ; new\n'
    assert.equal(
      comments(format.parse(header)).map((comment) => comment.text),
      ['ENC[0,type:comment]', 'new'],
    )
  })

  test('places the lines of a comment that another tool has joined', () => {
    const [comment] = comments(format.parse('  ; ENC[0,type:comment]\nk=v\n'))
    assert.is(comment?.spell('a\n# b\nc'), '; a\n  # b\n  ; c')
  })

  test('replaces and restores every value in place', () => {
    const property = fc.property(iniTexts, (text) => {
      // In their plain spelling, a continued value is one line, and one with a comment behind has other quotes.
      fc.pre(!/\\\r?\n|`multi[^`]*` *[;#]/.test(text))
      checkTokens(format, text)
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('keeps the quotes of a value where they can hold what comes', () => {
    assert.is(spelled('k = "a"', 'b c'), 'k = "b c"')
    assert.is(spelled('k = "a"', 'b"c"'), 'k = b"c"')
    assert.is(spelled('k = "a"', 'b;c'), 'k = `b;c`')
    assert.is(spelled('k = a ; c', ' b'), 'k = " b" ; c')
    assert.is(spelled('k = a', 'x\ny'), 'k = """x\ny"""')
    assert.is(spelled('k = a', 'C:\\'), 'k = "C:\\"')
    assert.is(spelled('k =', 'b'), 'k = b')
    assert.is(spelled('k=', 'b'), 'k=b')
    assert.is(spelled('k = ', 'b'), 'k = b')
    assert.is(errorOf(() => spelled('k = a', '`"""\n"""')).place.path, 'DEFAULT.k')
    assert.is(errorOf(() => leaves(format.parse('k=a'))[0]?.node.spell(NULL)).code, 'FORMAT_INVALID')
  })

  test('finds quotes for every value that has any', () => {
    const parts = fc.array(fc.constantFrom('a', ' ', '"', "'", '`', '"""', '#', ';', '\\', '\n', '=', '[', ']', '😀'), {
      maxLength: 6,
    })
    const property = fc.property(
      parts,
      fc.constantFrom('k = x', 'k = "x"', 'k = `x`', '[s]\nk=x ; c'),
      (value, text) => {
        const wanted = value.join('')
        const [leaf] = leaves(format.parse(text))
        assert.ok(leaf)
        const respelled = unlessRefused(() => leaf.node.spell(stringScalar(wanted)))
        if (respelled === undefined) return
        const read = leaves(format.parse(applyEdits(text, [{ ...leaf.node.span, text: respelled }])))
        assert.equal(
          read.map(({ node }) => node.scalar.canonical),
          [wanted],
        )
      },
    )
    fc.assert(property, { numRuns: RUNS * 5 })
  })

  test('writes metadata at the end and removes it without a trace', () => {
    fc.assert(
      fc.property(iniTexts, (text) => checkMetadata(format, text)),
      { numRuns: RUNS * 2 },
    )
    for (const text of ['', 'a=1', '[s]', '\n', '; c', 'a = b \\', 'a=1\r\n']) checkMetadata(format, text)
  })

  test('writes what sops writes, and nothing where nothing changed', () => {
    const text = readFileSync(new URL('basic.enc.ini', FIXTURES), 'utf8')
    const parsed = format.parse(text)
    assert.equal(parsed.writeMetadata(parsed.metadata ?? METADATA), [])
    const removed = applyEdits(text, parsed.removeMetadata())
    assert.not.match(removed, /sops/)
    assert.is(applyEdits(removed, format.parse(removed).writeMetadata(parsed.metadata ?? METADATA)), text)
  })

  test('reads metadata with real line breaks too, and rewrites the lines that differ', () => {
    const text = 'a = 1\n\n[sops]\nenc     = """x\ny\n"""\nversion = 3\n'
    const parsed = format.parse(text)
    assert.equal(plain(parsed.metadata ?? NULL), { enc: 'x\ny\n', version: '3' })
    const version = map({ enc: stringScalar('x\ny\n'), version: stringScalar('4') })
    assert.equal(newLines(text, applyEdits(text, parsed.writeMetadata(version))), ['version = 4'])
    const enc = map({ enc: stringScalar('z\n'), mac: stringScalar('m'), version: stringScalar('3') })
    assert.equal(newLines(text, applyEdits(text, parsed.writeMetadata(enc))), ['enc     = z\\n', 'mac     = m'])
  })

  test('adds and removes fields of the metadata anywhere', () => {
    const names = fc.uniqueArray(fc.constantFrom('a', 'b', 'c:d', 'eeeeee'), { minLength: 1 })
    const property = fc.property(iniTexts, names, names, (text, before, after) => {
      const first = applyEdits(text, format.parse(text).writeMetadata(fields(before)))
      const second = applyEdits(first, format.parse(first).writeMetadata(fields(after)))
      assert.equal(plain(format.parse(second).metadata ?? NULL), plain(fields(after)))
      if (before.some((key) => after.includes(key)))
        assert.is(applyEdits(second, format.parse(second).removeMetadata()), text)
    })
    fc.assert(property, { numRuns: RUNS })
  })

  test('reads a text behind a byte order mark', () => {
    assert.equal(shown(format.parse('\uFEFFa=1\n')), ['DEFAULT.a str 1'])
  })

  test('refuses what it would lose, with its place and none of its text', () => {
    const cases: [string, number, number, RegExp][] = [
      ['SECRET', 1, 1, /no section/],
      ['[s]\n  SECRET\n', 2, 3, /no section/],
      ['= SECRET', 1, 1, /without a key/],
      ['"" = SECRET', 1, 1, /without a key/],
      ['"SECRET = x', 1, 1, /closing quote/],
      ['"a" SECRET = x', 1, 5, /between/],
      ['k = `SECRET', 1, 5, /closing quote/],
      ['k = """SECRET\nmore', 1, 5, /closing quote/],
      ['k = `a` SECRET', 1, 9, /behind/],
      ['[SECRET', 1, 1, /closing bracket/],
      ['[]', 1, 1, /without a name/],
      ['[s] SECRET', 1, 5, /behind/],
      ['[s]\na=1\n[t]\n[s]\n', 4, 1, /twice/],
      ['[s]\na=1\na = SECRET\n', 3, 1, /twice/],
      ['a=1\n[DEFAULT]\n', 2, 1, /twice/],
    ]
    for (const [text, line, column, message] of cases) {
      const error = errorOf(() => format.parse(text))
      assert.is(error.code, 'FORMAT_INVALID', text)
      assert.equal(error.place, { line, column }, text)
      assert.match(error.message, message)
      assert.not.match(`${error.message}${error.hint ?? ''}`, /SECRET/)
    }
  })
})

function fields(keys: readonly string[]): ReturnType<typeof map> {
  return map(Object.fromEntries(keys.toSorted().map((key) => [key, stringScalar(`v${keys.length}`)])))
}

/** All comments that have a text encrypted, equal ones alike. */
function sealed(text: string): string {
  const nodes = comments(format.parse(text)).filter((node) => node.text !== '')
  const texts = [...new Set(comments(format.parse(text)).map((node) => node.text))]
  const edits = nodes.map((node) => ({
    ...node.span,
    text: node.spellToken(`ENC[${texts.indexOf(node.text)},type:comment]`),
  }))
  return applyEdits(text, edits)
}

function opened(text: string, texts: readonly string[]): string {
  const edits = comments(format.parse(text)).map((node) => {
    const index = /^ENC\[(\d+),/.exec(node.text)?.[1]
    return { ...node.span, text: node.spell(index === undefined ? node.text : (texts[Number(index)] ?? '')) }
  })
  return applyEdits(text, edits)
}

function spelled(line: string, value: string): string {
  const [leaf] = leaves(format.parse(line))
  return leaf === undefined ? '' : applyEdits(line, [{ ...leaf.node.span, text: leaf.node.spell(stringScalar(value)) }])
}

function unlessRefused(action: () => string): string | undefined {
  try {
    return action()
  } catch (error) {
    if (isSecretsError(error) && error.code === 'FORMAT_INVALID') return undefined
    throw error
  }
}
