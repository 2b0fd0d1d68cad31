import * as assert from 'uvu/assert'
import { clientConfig } from '../../src/audit/sinks/postgres-sink.ts'
import { suite } from '../support/suite.ts'

suite('the address of a PostgreSQL', (test) => {
  test('over a network the server has to be the right one, unless the address says otherwise', () => {
    assert.equal(clientConfig('postgres://u@db.example.org/a', undefined).ssl, { rejectUnauthorized: true })
    assert.equal(clientConfig('postgres://u@db.example.org/a?sslmode=require', undefined).ssl, {
      rejectUnauthorized: true,
    })
    assert.is(clientConfig('postgres://u@db.example.org/a?sslmode=disable', undefined).ssl, false)
    for (const local of ['127.0.0.1', 'localhost', '[::1]']) {
      assert.is(clientConfig(`postgres://u@${local}/a`, undefined).ssl, false, local)
    }
  })

  test('its parts are decoded, and a password beside it wins', () => {
    const { host, port, user, password, database } = clientConfig('postgres://u%40x:p%2F@[::2]:6000/a%20b', undefined)
    assert.equal([host, port, user, password, database], ['::2', 6000, 'u@x', 'p/', 'a b'])
    assert.is(clientConfig('postgres://u:one@db/a', 'two').password, 'two')
    assert.is(clientConfig('postgres://u@db/a', undefined).password, undefined)
  })
})
