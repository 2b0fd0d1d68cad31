import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { MASK, type NamedSecret, Redactor, SecretIndex } from '../../../src/pipeline/redaction/redactor.ts'
import { suite } from '../../support/suite.ts'
import { BODY_FORMS, LEAK_FORMS, LINE_FORMS } from './corpus/leak-forms.ts'

const PEM = [
  '-----BEGIN PRIVATE KEY-----',
  'MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQC7VJTUt9Us8cKj',
  'MzEfYyjiWA4R4/M2bS1GB4t7NXp98C3SC6dVMvDuictGeurT8jNbvJZHtCSuYEvu',
  'NMoSfm76oqFvAp8Gy0iz5sxjZmSnXyCdPEovGhLa0VzMaQ8s+CLOyS56YyCFGeJZ',
  'q83vEiM0RVZneImaq7zN',
  '-----END PRIVATE KEY-----',
  '',
].join('\n')

const SECRETS: readonly NamedSecret[] = [
  { name: 'API_KEY', value: 'Zx9$k/Q+7=w"t!pLmN4v' },
  { name: 'PASSWORD', value: `p'ä"ss\\wörd €x12&<b>\`$HOME %d` },
  { name: 'SIGNS', value: `!"#$%&'()*+,-./` },
  { name: 'TOKEN', value: 'ghp_16C7e42F292c6912E7710c838347Ae178B4a' },
  { name: 'HEX', value: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08' },
  { name: 'SHORT', value: 'hunt3r' },
  { name: 'TWO_LINES', value: 'first l1ne of it\nsec0nd line of it' },
]

function indexOf(...names: readonly string[]): SecretIndex {
  return new SecretIndex(SECRETS.filter(({ name }) => names.length === 0 || names.includes(name)))
}

function redact(index: SecretIndex, chunks: readonly (string | Uint8Array)[]): Buffer {
  const redactor = new Redactor(index)
  const parts = chunks.map((chunk) => Buffer.from(redactor.push(Buffer.from(chunk))))
  return Buffer.concat([...parts, redactor.end()])
}

function bytewise(bytes: Uint8Array): readonly Uint8Array[] {
  return Array.from(bytes, (byte) => Uint8Array.of(byte))
}

suite('redactor: forms', (test) => {
  for (const { name, value } of SECRETS.filter((secret) => secret.name !== 'SHORT')) {
    test(`hides ${name} in every form, alone, at any cut`, () => {
      const index = indexOf(name)
      for (const [form, print, around] of LEAK_FORMS) {
        const printed = Buffer.from(print(String(value)))
        const whole = Buffer.concat([Buffer.from('> '), printed, Buffer.from(' <\n')])
        const output = redact(index, [whole])
        const what = `${name}, ${form}: ${JSON.stringify(output.toString('latin1'))}`
        assert.ok(output.includes(MASK), what)
        assert.ok(output.subarray(0, 2).equals(Buffer.from('> ')), what)
        assert.ok(output.subarray(-3).equals(Buffer.from(' <\n')), what)
        const left = output
          .toString('latin1')
          .replaceAll(MASK, '')
          .replaceAll(/\u001b\[\d+m/g, '')
        assert.ok(left.length <= 5 + allowed(around), `${what} leaves ${JSON.stringify(left)}`)
        assert.equal(redact(index, bytewise(whole)).toString('latin1'), output.toString('latin1'), what)
      }
    })
  }

  test('hides a value of several lines as wholes, lines, wrapped bodies and pieces', () => {
    const index = new SecretIndex([{ name: 'PEM', value: PEM }])
    for (const [form, print, around] of [...LEAK_FORMS, ...LINE_FORMS, ...BODY_FORMS]) {
      if (form === 'its lines, numbered' || form === 'a quoted block') continue
      const printed = print(PEM).toString('latin1')
      const output = redact(index, [Buffer.from(`> ${printed} <\n`, 'latin1')]).toString('latin1')
      const left = output.replaceAll(MASK, '').replaceAll(/\u001b\[\d+m/g, '')
      assert.ok(output.includes(MASK), `${form}: ${output}`)
      assert.ok(left.length <= 5 + allowed(around) + 10, `${form} leaves ${JSON.stringify(left)}`)
    }
  })

  test('hides the password of a URL and the key in a JSON object alone', () => {
    const index = new SecretIndex([
      { name: 'DATABASE_URL', value: 'postgres://app:s3cr3t%2FPass@db.example.com:5432/app' },
      {
        name: 'ACCOUNT',
        value: JSON.stringify({ type: 'service_account', private_key: PEM, client_email: 'a@example.com' }),
      },
    ])
    assert.is(redact(index, ['password s3cr3t/Pass\n']).toString(), `password ${MASK}\n`)
    assert.is(redact(index, ['password s3cr3t%2FPass\n']).toString(), `password ${MASK}\n`)
    assert.is(redact(index, [PEM]).toString().trim(), MASK)
    assert.is(redact(index, ['service_account a@example.com\n']).toString(), 'service_account a@example.com\n')
  })

  test('hides bytes that are no text', () => {
    const value = Uint8Array.from({ length: 40 }, (_, index) => (index * 89 + 131) % 256)
    const index = new SecretIndex([{ name: 'KEYSTORE', value }])
    for (const form of [
      Buffer.from(value),
      Buffer.from(value).toString('base64'),
      Buffer.from(value).toString('hex'),
    ]) {
      const output = redact(index, ['> ', form, ' <'])
      assert.ok(output.includes(MASK) && output.length < MASK.length + 10, output.toString('latin1'))
    }
  })

  test('finds one value within another, and each of two that overlap', () => {
    const index = new SecretIndex([
      { name: 'LONG', value: 'abc123DEF456ghi789' },
      { name: 'INNER', value: 'DEF456ghi' },
      { name: 'NEXT', value: 'ghi789XYZ000' },
    ])
    const redactor = new Redactor(index)
    const output = Buffer.concat([redactor.push(Buffer.from('abc123DEF456ghi789XYZ000 DEF456ghi.')), redactor.end()])
    assert.is(output.toString(), `${MASK} ${MASK}.`)
    assert.equal(redactor.counts, [1, 2, 1])
  })
})

/** Signs that a form puts around the secret, and a few of quoting more. */
function allowed([before, after]: readonly [number, number] = [0, 0]): number {
  return before + after + 4
}

suite('redactor: what is no secret', (test) => {
  test('passes every byte of it, cut anywhere', () => {
    const index = indexOf()
    fc.assert(
      fc.property(fc.array(noSecret(), { maxLength: 8 }), (chunks) => {
        assert.ok(redact(index, chunks).equals(Buffer.concat(chunks)))
      }),
      { numRuns: 300 },
    )
  })

  test('passes near misses', () => {
    const index = indexOf()
    const misses = [
      'Zx9$k/Q+7=w"t!pLmN4',
      'x9$k/Q+7=w"t!pLmN4v',
      'Zx9$k/Q+7=w"t!pLmN4w',
      'Zx9$k/Q+7=w"t!pLm N4v',
      'hunt3rs',
      'xhunt3r',
      'ghp_16C7e42F292c6912E7710c838347Ae178B4b',
      'sec0nd',
      '!"#$%&',
      '\u001b[31mhunt3',
      '\u001b]0;title\u0007',
    ]
    for (const miss of misses) assert.is(redact(index, [miss, '\n']).toString(), `${miss}\n`)
  })

  test('keeps colours and invalid text around a secret', () => {
    const index = indexOf('API_KEY')
    const input = Buffer.from('\xff\xfe\u001b[1mZx9$k/Q+7=\u001b[31mw"t!pLmN4v\u001b[0m\x00\xc3', 'latin1')
    assert.is(redact(index, [input]).toString('latin1'), `\xff\xfe\u001b[1m${MASK}\u001b[31m\u001b[0m\x00\xc3`)
  })
})

function noSecret(): fc.Arbitrary<Buffer> {
  return fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.string({ maxLength: 40 }).map((text) => Buffer.from(text)),
    fc
      .constantFrom(
        '\u001b[',
        '\u001b]',
        '\u001b',
        '\u001b[31m',
        'Zx9$',
        'ghp_16C7',
        'hunt3',
        '%',
        '\\',
        '&amp;',
        'f',
        '\r\n',
      )
      .map((text) => Buffer.from(text)),
  )
}

/** A terminal's command that is not closed swallows what follows, and pieces of a long secret are recognised from their middle on. */
function isClosed(bytes: Buffer): boolean {
  return !/\u001b[^a-zA-Z]*$/.test(bytes.toString('latin1'))
}

suite('redactor: streams', (test) => {
  test('gives the same for every way to cut a stream', () => {
    const index = indexOf()
    const printed = fc
      .tuple(fc.constantFrom(...SECRETS), fc.constantFrom(...LEAK_FORMS))
      .map(([{ value }, [, print]]) => Buffer.from(print(String(value))))
    fc.assert(
      fc.property(
        fc.array(fc.oneof(noSecret().filter(isClosed), printed), { maxLength: 6 }),
        fc.array(fc.nat(30), { minLength: 1, maxLength: 20 }),
        (parts, cuts) => {
          const whole = Buffer.concat(parts)
          const chunks: Buffer[] = []
          for (let at = 0, turn = 0; at < whole.length; turn += 1) {
            const length = (cuts[turn % cuts.length] ?? 0) + 1
            chunks.push(whole.subarray(at, at + length))
            at += length
          }
          assert.is(redact(index, chunks).toString('latin1'), redact(index, [whole]).toString('latin1'))
        },
      ),
      { numRuns: 500 },
    )
  })

  test('passes a prompt and the end of a line at once', () => {
    const redactor = new Redactor(indexOf())
    for (const text of ['Password: ', 'Continue? [y/N] ', 'done\n', '45%\r', '> ', '$ ']) {
      assert.is(Buffer.from(redactor.push(Buffer.from(text))).toString(), text)
    }
  })

  test('holds what may be the beginning of a secret, until it is not', () => {
    const redactor = new Redactor(indexOf('API_KEY'))
    assert.is(redactor.push(Buffer.from('key: Zx9$k/')).length, 5)
    assert.is(Buffer.from(redactor.push(Buffer.from('no'))).toString(), 'Zx9$k/no')
    assert.is(redactor.push(Buffer.from('Zx9$k/Q+7=w"t!pLmN4')).length, 0)
    assert.is(Buffer.from(redactor.push(Buffer.from('v.'))).toString(), `${MASK}.`)
  })

  test('hides the beginning of a secret that the stream ends within', () => {
    assert.is(redact(indexOf('API_KEY'), ['key: Zx9$k/Q+7=w"t!pLm']).toString(), `key: ${MASK}`)
    assert.is(redact(indexOf('API_KEY'), ['key: Zx9$k']).toString(), 'key: Zx9$k')
  })

  test('hides a short secret at the end whose last sign could have gone on', () => {
    for (const value of ['hunt3r$$$', 'p4ss wor%', `k3y-"9'`, 'ab3 d€']) {
      const index = new SecretIndex([{ name: 'VALUE', value }])
      assert.is(redact(index, [`x ${value}`]).toString(), `x ${MASK}`, value)
      assert.is(redact(index, bytewise(Buffer.from(`x ${value}`))).toString(), `x ${MASK}`, value)
    }
  })

  test('counts what it masks, by secret', () => {
    const redactor = new Redactor(indexOf('API_KEY', 'TOKEN'))
    redactor.push(
      Buffer.from('Zx9$k/Q+7=w"t!pLmN4v and Zx9$k/Q+7=w"t!pLmN4v\nghp_16C7e42F292c6912E7710c838347Ae178B4a'),
    )
    redactor.end()
    assert.equal(redactor.counts, [2, 1])
  })

  test('takes a value of a megabyte and a line of many', () => {
    const value = Buffer.from(
      Array.from({ length: 750_000 }, (_, index) => (index * index * 31 + index * 7) % 251),
    ).toString('base64')
    const index = new SecretIndex([{ name: 'BIG', value }])
    const line = Buffer.from(`x=${value};`)
    const chunks = Array.from({ length: Math.ceil(line.length / 65_536) }, (_, part) =>
      line.subarray(part * 65_536, (part + 1) * 65_536),
    )
    assert.is(redact(index, chunks).toString(), `x=${MASK};`)
    const plain = Buffer.alloc(8 * 1024 * 1024, 'a quick line without an end ')
    assert.ok(redact(index, [plain]).equals(plain))
  })
})
