import * as fc from 'fast-check'
import * as assert from 'uvu/assert'
import { boolScalar, floatScalar, intScalar, NULL, Scalar } from '../../../src/core/scalar.ts'
import { suite } from '../../support/suite.ts'
import { bad, entry, environmentVariables, pairs, refusal, source } from './sources.ts'

suite('environment variables', (test) => {
  test('are called by the keys and indices of their path', () => {
    const file = source(entry(['db', 'hosts', 0], 'a'), entry(['db', 'hosts', 1], 'b'), entry(['_x'], 'c'))
    assert.equal(pairs([file]), [
      ['db_hosts_0', 'a'],
      ['db_hosts_1', 'b'],
      ['_x', 'c'],
    ])
    assert.equal(pairs([file], { upperCase: true, prefix: 'my_' })[0], ['my_DB_HOSTS_0', 'a'])
  })

  test('hold what get prints, and nothing for null', () => {
    const file = source(
      entry(['int'], intScalar(-7n)),
      entry(['float'], floatScalar(1.5, '1.50')),
      entry(['yes'], boolScalar(true, 'TRUE')),
      entry(['no'], boolScalar(false)),
      entry(['none'], NULL),
      entry(['lines'], 'a\nb\n'),
      entry(['time'], new Scalar('time', '2024-01-02T03:04:05Z')),
    )
    assert.equal(Object.fromEntries(pairs([file])), {
      int: '-7',
      float: '1.50',
      yes: 'true',
      no: 'false',
      none: '',
      lines: 'a\nb\n',
      time: '2024-01-02T03:04:05Z',
    })
  })

  test('of dotenv files lose the quotes around them, of others none', () => {
    const entries = [entry(['A'], '"two words"'), entry(['B'], "'x'"), entry(['C'], '"open'), entry(['D'], '"')]
    const texts = (quoted: boolean): readonly string[] =>
      pairs([{ file: '.env', quoted, entries }]).map(([, text]) => text ?? '')
    assert.equal(texts(true), ['two words', 'x', '"open', '"'])
    assert.equal(texts(false), ['"two words"', "'x'", '"open', '"'])
  })

  test('are refused where a path makes no name, with the entry and what to do', () => {
    const choose = 'choose the entries that you need with --only, or give the entry another name'
    assert.is(bad(['a-b']), `BAD_NAME|a.yaml|a-b|${choose}`)
    assert.is(bad(['labels', 'app.io/x']), `BAD_NAME|a.yaml|labels."app.io/x"|${choose}`)
    assert.is(bad(['']), `BAD_NAME|a.yaml|""|${choose}`)
    assert.match(bad(['1st']), '--prefix')
    assert.is(bad(['1st'], { prefix: 'x' }), 'nothing')
    assert.match(bad(['naïve']), 'BAD_NAME')
  })

  test('clash where two entries have one name, with both places', () => {
    const files = [source(entry(['a', 'b'], '1')), { file: 'b.yaml', entries: [entry(['a_b'], '2', 1)] }]
    const clash = refusal(() => environmentVariables(files))
    assert.match(clash, 'NAME_CLASH|||a.yaml: a.b|b.yaml (document 2): a_b|')
    const cases = [source(entry(['a'], '1'), entry(['A'], '2'))]
    assert.is(environmentVariables(cases).length, 2)
    assert.match(
      refusal(() => environmentVariables(cases, { caseSensitive: false })),
      'NAME_CLASH',
    )
    assert.match(
      refusal(() => environmentVariables(cases, { upperCase: true })),
      'NAME_CLASH',
    )
  })

  test('are those below the chosen paths alone; the others are not even judged', () => {
    const file = source(entry(['a', 'b'], '1'), entry(['a', 'c', 0], '2'), entry(['x-y'], '3'), entry(['ab'], '4'))
    assert.equal(pairs([file], { only: ['a'] }), [
      ['a_b', '1'],
      ['a_c_0', '2'],
    ])
    assert.equal(pairs([file], { only: ['a.c[0]', 'ab'] }), [
      ['a_c_0', '2'],
      ['ab', '4'],
    ])
    assert.is(
      refusal(() => environmentVariables([file], { only: ['a.d'] })),
      'BAD_PATH||a.d|did you mean --only a.b?',
    )
    assert.match(
      refusal(() => environmentVariables([file], { only: ['a..b'] })),
      'BAD_PATH',
    )
  })

  test('that change what programs do are refused unless they are allowed by name', () => {
    for (const name of [
      'PATH',
      'Path',
      'LD_PRELOAD',
      'NODE_OPTIONS',
      'GIT_SSH_COMMAND',
      'BASH_ENV',
      'SOPS_AGE_KEY',
      'npm_config_registry',
    ]) {
      const file = source(entry([name], 'x'))
      assert.is(
        refusal(() => environmentVariables([file])),
        `BAD_NAME|a.yaml|${name}|if that is what you want, say --allow-name ${name}`,
      )
      assert.equal(pairs([file], { allowedNames: [name] }), [[name, 'x']])
    }
    for (const name of [
      'GIT_TOKEN',
      'DATABASE_PATH',
      'NODE_ENV',
      'HTTP_PROXY',
      'AWS_SECRET_ACCESS_KEY',
      'MY_SECRETS_X',
    ]) {
      assert.equal(pairs([source(entry([name], 'x'))]), [[name, 'x']])
    }
    assert.match(
      refusal(() => environmentVariables([source(entry(['path'], 'x'))], { upperCase: true })),
      'BAD_NAME',
    )
  })

  test('cannot hold NUL or bytes; no error quotes a value', () => {
    const marker = 'mark\0er'
    const nul = refusal(() => environmentVariables([source(entry(['a'], marker))]))
    assert.match(nul, 'FORMAT_INVALID|a.yaml|a|')
    assert.not.match(nul, 'mark')
    const bytes = new Scalar('str', new Uint8Array([1]))
    assert.match(
      refusal(() => environmentVariables([source(entry(['a'], bytes))])),
      'FORMAT_INVALID',
    )
  })

  test('carry every text without NUL to the character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(!text.includes('\0'))
        assert.equal(pairs([source(entry(['a'], text))]), [['a', text]])
      }),
      { numRuns: 200 },
    )
  })

  test('can be named by their variable too; a path wins', () => {
    const file = source(entry(['db', 'url'], '1'), entry(['db_url'], '2'), entry(['api', 'token'], '3'))
    assert.equal(pairs([file], { only: ['api_token'] }), [['api_token', '3']])
    assert.equal(pairs([file], { only: ['API_TOKEN'], upperCase: true }), [['API_TOKEN', '3']])
    assert.equal(pairs([file], { only: ['db_url'] }), [['db_url', '2']])
    assert.equal(pairs([file], { except: ['api_token', 'db.url'] }), [['db_url', '2']])
  })
})
