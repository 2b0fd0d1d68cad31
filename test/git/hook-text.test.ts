import fc from 'fast-check'
import * as assert from 'uvu/assert'
import {
  HOOK_NAMES,
  hasHookBlock,
  newHook,
  withHookBlock,
  withoutHookBlock,
  wrappingHook,
} from '../../src/git/hook-text.ts'
import { suite } from '../support/suite.ts'

const PROGRAM = { node: '/opt/a node/bin/node', script: "/it's/secrets.js" }
const SHEBANGS = ['#!/bin/sh\n', '#!/usr/bin/env bash\n', '#!/bin/sh -e\r\n', '']

suite('hook-text', (test) => {
  test('what is put into any script of a shell is taken out again to the byte', () => {
    const script = fc
      .tuple(fc.constantFrom(...SHEBANGS), fc.array(fc.stringMatching(/^[ -~]*$/)))
      .map(([first, lines]) => {
        return first + lines.filter((line) => !line.startsWith('#!')).join('\n')
      })
    fc.assert(
      fc.property(script, fc.constantFrom(...HOOK_NAMES), (text, name) => {
        const guarded = withHookBlock(text, name, PROGRAM)
        assert.ok(guarded !== undefined && hasHookBlock(guarded))
        const isNothing = text === '' || text === '#!/bin/sh\n'
        assert.is(withoutHookBlock(guarded), isNothing ? undefined : text)
        assert.is(withHookBlock(guarded, name, PROGRAM), guarded)
      }),
      { numRuns: 200 },
    )
  })

  test('runs before everything else in the script, and is exchanged when the program has moved', () => {
    const first = withHookBlock('#!/bin/sh\nexec other "$@"\n', 'pre-commit', PROGRAM) ?? ''
    assert.ok(first.startsWith('#!/bin/sh\n# >>> secrets'))
    assert.ok(first.endsWith('# <<< secrets\nexec other "$@"\n'))
    assert.ok(first.includes(`'/opt/a node/bin/node' '/it'\\''s/secrets.js' hook pre-commit || exit 1`))
    const moved = withHookBlock(first, 'pre-commit', 'in path') ?? ''
    assert.not.ok(moved.includes('/opt/a node'))
    assert.is(withoutHookBlock(moved), '#!/bin/sh\nexec other "$@"\n')
  })

  test('leaves alone what is no script of a shell, and what is not ours', () => {
    assert.is(withHookBlock('#!/usr/bin/env python3\nprint(1)\n', 'pre-commit', PROGRAM), undefined)
    assert.is(withHookBlock('\u0000ELF', 'pre-commit', PROGRAM), undefined)
    assert.is(withoutHookBlock('#!/bin/sh\n'), '#!/bin/sh\n')
    assert.is(withoutHookBlock(newHook('pre-push', PROGRAM)), undefined)
    assert.ok(wrappingHook('pre-push', PROGRAM).includes('pre-push.before-secrets'))
  })
})
