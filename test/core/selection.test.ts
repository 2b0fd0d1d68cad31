import * as assert from 'uvu/assert'
import type { Selection } from '../../src/core/metadata-model.ts'
import { compileSelection, selectionOf } from '../../src/core/selection.ts'
import { opened, plainOf, sealed, sealOptions } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'

const PLAIN = '# top\na: 1\nsecret:\n  b: 2\n  # inner\n  c_plain: 3\nlist:\n  - secret: 4\n  - d: 5\n'

/** The paths that are encrypted under a selection. */
async function selected(selection: Selection, plain = PLAIN): Promise<string> {
  const { entries } = await opened('yaml', await sealed('yaml', plain, sealOptions(selection)))
  return entries.flatMap(({ encrypted, path }) => (encrypted ? [path.join('.')] : [])).join(' ')
}

suite('selection', (test) => {
  test('each selector looks at every key of the path', async () => {
    assert.is(await selected({ by: 'unencrypted_suffix', pattern: '_plain' }), 'a secret.b list.0.secret list.1.d')
    assert.is(await selected({ by: 'encrypted_suffix', pattern: 'cret' }), 'secret.b secret.c_plain list.0.secret')
    assert.is(await selected({ by: 'unencrypted_regex', pattern: '^(secret|d)$' }), 'a')
    assert.is(
      await selected({ by: 'encrypted_regex', pattern: '^(secret|d)$' }),
      'secret.b secret.c_plain list.0.secret list.1.d',
    )
  })

  test('comment selectors cover what follows the comment, at its level and below', async () => {
    assert.is(await selected({ by: 'encrypted_comment_regex', pattern: 'inner' }), 'secret.c_plain')
    assert.is(await selected({ by: 'encrypted_comment_regex', pattern: 'top' }), 'a')
    assert.is(
      await selected({ by: 'unencrypted_comment_regex', pattern: 'inner' }),
      'a secret.b list.0.secret list.1.d',
    )
    assert.is(
      await selected({ by: 'encrypted_comment_regex', pattern: 'mark' }, '# mark\nm:\n  x: 1\n  y:\n    - 2\nz: 3\n'),
      'm.x m.y.0',
    )
  })

  test('comments are judged by their container, as in sops', async () => {
    const text = await sealed('yaml', PLAIN, sealOptions({ by: 'encrypted_regex', pattern: '^secret$' }))
    assert.match(text, /^# top$/m)
    assert.not.match(text, /inner/)
    assert.is(await plainOf('yaml', text), PLAIN)
  })

  test('metadata without a selector mean sops’s default, in every format but binary', async () => {
    const text = await sealed('yaml', 'a: 1\nb_unencrypted: 2\n', sealOptions(undefined, { seal: false }))
    assert.is(await plainOf('yaml', text.replace(/^ +unencrypted_suffix.*\n/m, '')), 'a: 1\nb_unencrypted: 2\n')
    assert.is(await selected({ by: 'none' }, 'a: 1\nb_unencrypted: 2\n'), 'a')
    assert.not.match(await sealed('binary', 'x'), /_suffix|_regex/)
  })

  test('an expression has the meaning of RE2: searched, without look-ahead', async () => {
    assert.ok((await compileSelection({ by: 'encrypted_regex', pattern: '(?i)PASS' })).matches('my_password'))
    for (const pattern of ['[', '(?=x)', '(a)\\1', '*']) {
      try {
        await compileSelection({ by: 'encrypted_regex', pattern })
        assert.unreachable(pattern)
      } catch (error) {
        assert.is((error as { code?: string }).code, 'SELECTION_INVALID', pattern)
      }
    }
  })

  test('an expression that would take for ever elsewhere costs nothing', async () => {
    const selector = await compileSelection({ by: 'encrypted_regex', pattern: '^(a+)+$' })
    assert.not.ok(selector.matches(`${'a'.repeat(50_000)}b`))
  }, 10)

  test('more than one selector is refused', () => {
    assert.throws(() => selectionOf({ encrypted_regex: 'a', unencrypted_suffix: 'b' }), /more than one selector/)
    assert.equal(selectionOf({ encrypted_regex: '', unencrypted_suffix: 'b' }), {
      by: 'unencrypted_suffix',
      pattern: 'b',
    })
  })
})
