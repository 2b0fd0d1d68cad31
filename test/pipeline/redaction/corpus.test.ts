import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { whyNotMasked } from '../../../src/pipeline/redaction/maskable.ts'
import { MASK, Redactor, SecretIndex } from '../../../src/pipeline/redaction/redactor.ts'
import { suite } from '../../support/suite.ts'
import { CORPUS_VALUES, LET_THROUGH, type Leak, longestShown, readCorpus, withoutColours } from './corpus/corpus.ts'
import { LEAK_FORMS } from './corpus/leak-forms.ts'

const RUNS = 500 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)
const SECRETS = Object.entries(CORPUS_VALUES).map(([name, value]) => ({ name, value }))
const LEAKS = readCorpus()
const BEFORE = 'a log \xff\xfe> '
const AFTER = ' <\xc3\x28\n'

function redact(index: SecretIndex, chunks: readonly Uint8Array[]): string {
  const redactor = new Redactor(index)
  return Buffer.concat([...chunks.map((chunk) => redactor.push(chunk)), redactor.end()]).toString('latin1')
}

/** Signs of quoting beside the mask that the forms do not count. */
const FURTHER = 4

/** Forms of which what stands between the lines of a value remains. */
const BY_LINE: readonly string[] = ['its lines, numbered', 'a quoted block', 'node util.inspect']
const LEFT_OF_LINES = 100

/** Of this one, printed in several writes, the beginning may show: docs/redaction.md. */
const PIECE = 'a piece of the body'

function assertMasked(leak: Leak, output: string): void {
  const what = `${leak.value}, ${leak.form}: ${JSON.stringify(leak.printed)} became ${JSON.stringify(output)}`
  assert.ok(output.includes(MASK), what)
  assert.ok(output.startsWith(BEFORE), what)
  assert.ok(output.endsWith(AFTER), what)
  assert.ok(longestShown(leak, output) < LET_THROUGH, what)
}

suite('corpus of leaks', (test) => {
  test('holds four values, in all forms that differ', () => {
    assert.equal([...new Set(LEAKS.map(({ value }) => value))], Object.keys(CORPUS_VALUES))
    assert.ok(LEAKS.length > 200, String(LEAKS.length))
    for (const leak of LEAKS) assert.ok(longestShown(leak, leak.printed) > LET_THROUGH, `${leak.value}, ${leak.form}`)
  })

  for (const { name, value } of SECRETS) {
    test(`none of ${name} is let through, and nothing else is touched`, () => {
      const index = new SecretIndex([{ name, value }])
      for (const leak of LEAKS.filter((one) => one.value === name)) {
        const whole = Buffer.from(`${BEFORE}${leak.printed}${AFTER}`, 'latin1')
        const output = redact(index, [whole])
        assertMasked(leak, output)
        const left = withoutColours(output).replaceAll(MASK, '').length - BEFORE.length - AFTER.length
        const [before, after] = leak.around
        const further = BY_LINE.includes(leak.form) ? LEFT_OF_LINES : 0
        assert.ok(left <= before + after + FURTHER + further, `${name}, ${leak.form} leaves ${JSON.stringify(output)}`)
        if (leak.form === PIECE) continue
        const bytes = Array.from(whole, (byte) => Uint8Array.of(byte))
        assert.is(redact(index, bytes), output, `${name}, ${leak.form}, byte by byte`)
      }
    })
  }

  test('none of all four is let through when they are looked for together, for every cut into two', () => {
    const index = new SecretIndex(SECRETS)
    for (const leak of LEAKS) {
      const whole = Buffer.from(`${BEFORE}${leak.printed}${AFTER}`, 'latin1')
      const output = redact(index, [whole])
      assertMasked(leak, output)
      if (leak.form === PIECE) continue
      const step = Math.ceil(whole.length / 40)
      for (let at = 1; at < whole.length; at += step)
        assert.is(redact(index, [whole.subarray(0, at), whole.subarray(at)]), output, `${leak.form} at ${at}`)
    }
  })

  test('near misses pass: every form with one sign in ten changed', () => {
    const index = new SecretIndex(SECRETS)
    const forms = LEAKS.filter(({ form }) => !form.includes('colour'))
    fc.assert(
      fc.property(fc.constantFrom(...forms), fc.nat(9), fc.constantFrom('~', 'J', '\xe4'), (leak, phase, sign) => {
        const missed = Array.from(leak.printed, (own, at) => (at % 10 === phase ? sign : own)).join('')
        // Where the sign is what stood there, nothing was changed.
        fc.pre(missed.split(sign).length > leak.printed.split(sign).length + 1)
        const whole = Buffer.from(`${BEFORE}${missed}${AFTER}`, 'latin1')
        assert.is(redact(index, [whole]), whole.toString('latin1'))
      }),
      { numRuns: 400 },
    )
  })

  test('near misses pass: what the values have in common with others', () => {
    const index = new SecretIndex(SECRETS)
    const misses = [
      '-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----\n',
      'MIIEvQIBADANBgkqhkiG9w0BAQEF',
      Buffer.from('alice:another-password').toString('base64'),
      '9f86d081 884c7d65',
      'sha256:9f86d081884c7d659a2feaa0b15f00a08',
      'p\'ä"ss',
      'Zx9$k/Q+7=w"t!pLmN4w',
      'zx9$k/q+7=w"t!plmn4',
      '\u001b]0;a title\u0007\u001b[2J\u001b[?25l',
    ]
    for (const miss of misses)
      assert.is(redact(index, [Buffer.from(`${miss} .\n`)]), Buffer.from(`${miss} .\n`).toString('latin1'))
  })
})

const SIGNS = Array.from('aZ0\'"\\$`&<>%/+=\n\t #{}|^~ä€😀')

/**
 * Passwords, tokens, keys, and whatever else people keep; without terminal commands. Of a last sign with which its other
 * spellings begin (`&` as `&amp;`) the rest is left to see, which is no secret but would have to be counted here.
 */
const VALUE = fc
  .oneof(
    fc.string({ unit: 'grapheme', minLength: 8, maxLength: 50 }),
    fc.string({ unit: fc.constantFrom(...SIGNS), minLength: 10, maxLength: 40 }),
    fc.uint8Array({ minLength: 12, maxLength: 90 }).map((bytes) => Buffer.from(bytes).toString('base64')),
    fc.uint8Array({ minLength: 8, maxLength: 60 }).map((bytes) => Buffer.from(bytes).toString('hex')),
  )
  .map((text) => text.trim())
  .filter(
    (text) =>
      whyNotMasked(text) === undefined &&
      text.length > 9 &&
      /[^\\&%^$'"`#\u001b]$/.test(text) &&
      !text.includes('\u001b'),
  )

/** What is no secret: any bytes, words, colours. */
const NOISE = fc
  .array(
    fc.oneof(
      fc.uint8Array({ maxLength: 30 }).map((bytes) => Buffer.from(bytes.filter((byte) => byte !== 0x1b))),
      fc
        .constantFrom('\u001b[1;31m', '\u001b]0;title\u0007', '\r\n', '&amp;', '\\', '%2', '$', "'", '"', 'key: ', '=')
        .map((text) => Buffer.from(text)),
    ),
    { maxLength: 5 },
  )
  .map((parts) => Buffer.concat(parts))

suite('masking of anything', (test) => {
  test('random values in every form, in random output, cut at random: the form goes, all else stays', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(VALUE, { minLength: 1, maxLength: 4 }),
        fc.constantFrom(...LEAK_FORMS),
        fc.tuple(NOISE, NOISE),
        fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1, maxLength: 20 }),
        ([value = '', ...others], [form, print, [before, after] = [0, 0]], [first, last], cuts) => {
          const index = new SecretIndex([value, ...others].map((each) => ({ name: 'VALUE', value: each })))
          const [start, end] = [Buffer.concat([first, Buffer.from('\n> ')]), Buffer.concat([Buffer.from(' <\n'), last])]
          const printed = Buffer.from(print(value))
          // UTF-16 may look like a command of a terminal.
          fc.pre(form.includes('colour') || !printed.includes(0x1b))
          const whole = Buffer.concat([start, printed, end])
          const output = Buffer.from(redact(index, chunksOf(whole, cuts)), 'latin1')
          assert.ok(output.subarray(0, start.length).equals(start), `${form}: ${output.toString('latin1')}`)
          assert.ok(output.subarray(-end.length).equals(end), `${form}: ${output.toString('latin1')}`)
          // The padding of base64 says nothing; spelled out, each sign of it takes up to ten bytes (XML in XML).
          const padding = 10 * (/=*$/.exec(value)?.[0].length ?? 0)
          const between = withoutColours(output.subarray(start.length, -end.length).toString('latin1'))
          assert.ok(between.includes(MASK), `${form}: ${between}`)
          assert.ok(between.replaceAll(MASK, '').length <= before + after + FURTHER + padding, `${form}: ${between}`)
        },
      ),
      { numRuns: RUNS },
    )
  })
})

function chunksOf(whole: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const chunks: Buffer[] = []
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    const length = cuts[turn % cuts.length] ?? 1
    chunks.push(whole.subarray(at, at + length))
    at += length
  }
  return chunks
}
