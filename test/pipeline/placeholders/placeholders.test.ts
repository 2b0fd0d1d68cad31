import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parsePath } from '../../../src/core/path-syntax.ts'
import { boolScalar, canonicalText, NULL, Scalar, stringScalar } from '../../../src/core/scalar.ts'
import { makePlaceholder } from '../../../src/pipeline/placeholders/make-placeholder.ts'
import { isPlaceholder } from '../../../src/pipeline/placeholders/placeholder-mark.ts'
import { refusePlaceholders } from '../../../src/pipeline/placeholders/refuse-placeholders.ts'
import { suite } from '../../support/suite.ts'

/** The text of the placeholder for an entry. */
function placeholder(path: string, length = 20, type = 'str'): string {
  return canonicalText(makePlaceholder({ path: parsePath(path), type, length }))
}

function entry(path: string, text: string): Parameters<typeof refusePlaceholders>[0][number] {
  return { name: 'X', path: parsePath(path), file: 'staging.yaml', value: stringScalar(text) }
}

const NAMES = fc.constantFrom(
  ...'password DATABASE_URL db.url tlsKey ca_cert API_KEY admin-email client_id host PORT config.json salt_hex key_base64'.split(
    ' ',
  ),
  ...'session.key hosts[0] items[2].url smtp_uri redisUrl uuid x'.split(' '),
)

suite('placeholders', (test) => {
  test('each is known again, but for bools, which have no room for a mark', () => {
    const check = fc.property(
      NAMES,
      fc.constantFrom('str', 'int', 'float', 'bool', 'time', 'bytes'),
      fc.nat(5000),
      (path, type, length) => {
        const made = makePlaceholder({ path: parsePath(path), type, length })
        assert.is(isPlaceholder(made), type !== 'bool')
        // As a variable, and in quotes that a program put around it.
        assert.is(isPlaceholder(stringScalar(canonicalText(made))), type !== 'bool')
        assert.is(made.type, type === 'bytes' ? 'str' : type)
      },
    )
    fc.assert(check, { numRuns: 300 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1) })
  })

  test('it depends on name, type and length alone, and differs from entry to entry', () => {
    assert.is(placeholder('a.password'), placeholder('a.password'))
    for (const type of ['str', 'time']) assert.is.not(placeholder('password', 40, type), placeholder('token', 40, type))
    assert.is.not(placeholder('database.url'), placeholder('redis.url'))
  })

  test('types are kept', () => {
    const number = Number(placeholder('pool.size', 2, 'int'))
    assert.ok(Number.isInteger(number) && number >= 64_900 && number <= 64_999, String(number))
    assert.match(placeholder('ratio', 3, 'float'), /^649\d\d\.5$/)
    assert.is(placeholder('enabled', 4, 'bool'), 'False')
    assert.match(placeholder('expires', 20, 'time'), /^2064-09-01T00:00:[0-5]\dZ$/)
  })

  test('a text is as long as the value where it is only a text', () => {
    for (const length of [31, 40, 64, 1000]) assert.is(placeholder('token', length).length, length)
    assert.is(placeholder('token', 3).length, 'secretsrc-placeholder-00000000'.length)
    assert.ok(placeholder('token', 1_000_000).length < 5000)
  })

  test('addresses are addresses, with the scheme that their name tells, and lead nowhere', () => {
    const schemes: Readonly<Record<string, string>> = {
      DATABASE_URL: 'postgresql:',
      'db.mysql.url': 'mysql:',
      redisUrl: 'redis:',
      'mongo.uri': 'mongodb:',
      amqp_dsn: 'amqp:',
      SMTP_URL: 'smtp:',
      'slack.webhook': 'https:',
      'api.endpoint': 'https:',
    }
    for (const [path, scheme] of Object.entries(schemes)) {
      const { protocol, hostname } = new URL(placeholder(path))
      assert.is(protocol, scheme, path)
      assert.match(hostname, /\.invalid$/, path)
    }
    assert.match(placeholder('db.host'), /^[a-z0-9-]+\.invalid$/)
    assert.match(placeholder('ADMIN_EMAIL'), /^[^@\s]+@example\.invalid$/)
    assert.match(placeholder('DB_PORT', 4), /^649\d\d$/)
  })

  test('keys, certificates, UUIDs and encodings have their form', () => {
    const pem = /^-----BEGIN (PRIVATE KEY|CERTIFICATE)-----\n(?:[A-Za-z0-9+/=]{1,64}\n)+-----END \1-----\n$/
    assert.is(pem.exec(placeholder('tls.key', 1700))?.[1], 'PRIVATE KEY')
    assert.is(pem.exec(placeholder('TLS_CERT', 1700))?.[1], 'CERTIFICATE')
    assert.is(placeholder('api.key', 40).length, 40)
    assert.match(placeholder('tenant_uuid'), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/)
    assert.match(placeholder('azure.clientId', 36), /^5ec7e757-0000-4000-8000-/)
    assert.match(placeholder('clientId', 20), /^secretsrc-placeholder-/)
    assert.match(placeholder('sessionKey', 64), /^[0-9a-f]{64}$/)
    assert.is(Buffer.from(placeholder('encryption_key', 44), 'base64').length, 32)
    assert.is(Buffer.from(placeholder('signing.key', 88), 'base64').length, 64)
    assert.equal(Object.keys(JSON.parse(placeholder('account_json', 900))), ['secretsrc-placeholder'])
  })

  test('values of other kinds are no placeholders', () => {
    const others = [
      '',
      'hunter2',
      '6490',
      '649001',
      '64899',
      'x64950',
      '5ec7e757-0000-4000-9000-0123456789ab',
      '2064-09-02T00:00:00Z',
    ]
    for (const text of others) assert.not.ok(isPlaceholder(stringScalar(text)), text)
    assert.not.ok(isPlaceholder(NULL))
    assert.not.ok(isPlaceholder(boolScalar(false)))
    assert.not.ok(isPlaceholder(new Scalar('str', Buffer.from('secretsrc-placeholder'))))
  })

  test('they are known in what a value holds them in, whatever the case', () => {
    for (const text of [
      '{"password":"secretsrc-placeholder-1"}',
      'SECRETSRC-PLACEHOLDER-1',
      ' 64950\n',
      'user:secretsrc-placeholder-1@x',
    ]) {
      assert.ok(isPlaceholder(stringScalar(text)), text)
    }
  })

  test('handing them on is refused, with the places of all and the content of none', () => {
    refusePlaceholders([entry('a', 'fine')])
    try {
      refusePlaceholders([entry('a', 'fine'), entry('b.c', 'secretsrc-placeholder-77'), entry('d', '64950')])
      assert.unreachable()
    } catch (error) {
      if (!(error instanceof Error)) throw error
      assert.is(Reflect.get(error, 'code'), 'PLACEHOLDER')
      assert.equal(Reflect.get(error, 'details'), ['staging.yaml: b.c', 'staging.yaml: d'])
      assert.not.match(error.message, /77|64950/)
    }
  })
})
