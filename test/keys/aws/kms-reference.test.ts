import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { kmsReference, parseKmsReference } from '../../../src/keys/aws/kms-reference.ts'
import { provider } from '../../../src/keys/providers/aws-kms.ts'
import { suite } from '../../support/suite.ts'
import { thrown } from '../support/outcome.ts'

const ARN = 'arn:aws:kms:eu-west-1:111122223333:key/12345678-1234-1234-1234-123456789012'
const ROLE = 'arn:aws:iam::111122223333:role/path/deploy+x'

suite('references of KMS keys', (test) => {
  test("are sops's identity texts", () => {
    assert.is(kmsReference({ arn: ARN }), ARN)
    assert.is(kmsReference({ arn: ARN, role: ROLE }), `${ARN}+${ROLE}`)
    assert.is(kmsReference({ arn: ARN, context: { env: 'prod', app: 'x' } }), `${ARN}|app:x,env:prod`)
    assert.is(kmsReference({ arn: ARN, profile: 'dev' }), `${ARN}||dev`)
    assert.is(kmsReference({ arn: ARN, role: ROLE, context: { a: 'b' }, profile: 'dev' }), `${ARN}+${ROLE}|a:b|dev`)
  })

  test('come back in parts, whatever stands in a context', () => {
    const text = fc.string({ minLength: 1, maxLength: 20, unit: 'binary' })
    const context = fc.dictionary(
      text,
      fc.string({ maxLength: 20 }).map((value) => value.trim()),
      { maxKeys: 4, noNullPrototype: true },
    )
    const profile = fc.option(fc.stringMatching(/^\w[\w .@-]{0,18}\w$/), { nil: undefined })
    const role = fc.constantFrom(undefined, ROLE)
    fc.assert(
      fc.property(context, profile, role, (pairs, name, assumed) => {
        const reference = kmsReference({ arn: ARN, context: pairs, profile: name, role: assumed })
        const parsed = parseKmsReference(reference)
        assert.ok(parsed !== undefined, reference)
        assert.equal({ ...parsed.context }, { ...pairs })
        assert.is(parsed.profile, name)
        assert.is(parsed.role, assumed)
        assert.is(provider.canonical(reference), reference)
      }),
      { numRuns: 200 },
    )
  })

  test('of one key in two spellings are one text', () => {
    assert.is(provider.canonical(` ${ARN}|env:prod,app:x `), `${ARN}|app:x,env:prod`)
    assert.is(provider.canonical(`${ARN}|url:https://x`), `${ARN}|url:https://x`)
  })

  for (const [what, reference] of [
    ['a region that is another host', ARN.replace('eu-west-1', 'evil.example/')],
    ['a region with an at sign', ARN.replace('eu-west-1', 'x@evil-1')],
    ['no region', ARN.replace('eu-west-1', '')],
    ['a short account', ARN.replace('111122223333', '1')],
    ['another service', ARN.replace(':kms:', ':s3:')],
    ['a line break', `${ARN}\n`.replace('key/', 'key/\n')],
    ['a role of another service', `${ARN}+arn:aws:s3:::bucket`],
    ['a context without a value', `${ARN}|env`],
    ['a context that names a pair twice', `${ARN}|env:a,env:b`],
    ['a fourth part', `${ARN}|a:b|dev|x`],
    ['a profile with a control character', `${ARN}||a\u0007b`],
    ['an endless context', `${ARN}|a:${'x'.repeat(9000)}`],
  ] as const) {
    test(`refuses ${what}, without quoting it`, async () => {
      const { code, text } = await thrown(() => provider.canonical(reference))
      assert.is(code, 'BAD_RECIPIENT')
      assert.not.ok(text.includes('evil'))
    })
  }
})
