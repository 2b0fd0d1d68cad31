import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parseGlob } from '../../src/project/glob.ts'
import { expandBraces } from '../../src/project/glob-braces.ts'
import { GlobProblem } from '../../src/project/glob-problem.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const runs = 200 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)

suite('glob', (test) => {
  const cases: readonly (readonly [string, string, boolean])[] = [
    ['a/*.yaml', 'a/b.yaml', true],
    ['a/*.yaml', 'a/.hidden.yaml', true],
    ['a/*.yaml', 'a/b/c.yaml', false],
    ['*.yaml', 'a/b.yaml', false],
    ['**/*.yaml', 'b.yaml', true],
    ['**/*.yaml', 'a/b/c.yaml', true],
    ['a/**', 'a/b', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**/b', 'a/xb', false],
    ['a/**/b/**/c', 'a/b/x/b/c', true],
    ['a**b', 'axxb', true],
    ['a**b', 'ax/xb', false],
    ['?.env', 'ä.env', true],
    ['?.env', '😀.env', true],
    ['?.env', '.env', false],
    ['[a-c]x', 'bx', true],
    ['[!a-c]x', 'bx', false],
    ['[^a-c]x', 'dx', true],
    ['[]]x', ']x', true],
    ['[a-]x', '-x', true],
    ['[*]x', '*x', true],
    ['[*]x', 'ax', false],
    ['Secrets.yaml', 'secrets.yaml', false],
    ['s.{yaml,json}', 's.json', true],
    ['s{,.local}.env', 's.env', true],
    ['{a,b{c,d}}/x', 'bd/x', true],
    ['a b/ünï.yaml', 'a b/ünï.yaml', true],
  ]
  for (const [pattern, path, expected] of cases) {
    test(`${pattern} ${expected ? 'matches' : 'does not match'} ${path}`, () => {
      assert.is(parseGlob(pattern).matches(path), expected)
    })
  }

  const refused: readonly (readonly [string, RegExp])[] = [
    ['', /empty/],
    ['/etc/passwd', /absolute/],
    ['../x', /leaves/],
    ['a/../../x', /leaves/],
    ['{a,..}/x', /leaves/],
    ['{a,/etc}/x', /absolute/],
    ['a/{b,.{.,x}}/c', /leaves/],
    ['./a', /"\."/],
    ['a//b', /empty/],
    ['a/', /ends in/],
    ['C:/x', /drive/],
    ['{c:,a}/x', /drive/],
    ['a\\b', /backslash/],
    ['a\nb', /control/],
    ['[a', /without its/],
    ['[a/b]', /without its/],
    ['[z-a]', /backwards/],
    ['[[:alpha:]]', /named class/],
    ['{a', /without its/],
    ['a}', /without its/],
    ['{a}', /comma/],
    ['{a,b}'.repeat(10), /more than 1000/],
    [`${'{a,'.repeat(20)}b${'}'.repeat(20)}`, /too deeply/],
  ]
  for (const [pattern, message] of refused) {
    test(`refuses ${JSON.stringify(pattern.slice(0, 30))}`, () => {
      assert.throws(
        () => parseGlob(pattern),
        (error: unknown) => error instanceof GlobProblem && message.test(error.message),
      )
    })
  }

  test('a pattern made to exhaust a backtracking matcher is harmless', () => {
    const started = performance.now()
    const glob = parseGlob(`${'*a'.repeat(200)}b/${'**/a/'.repeat(100)}z`)
    assert.not(glob.matches(`${'a'.repeat(5_000)}/${'a/'.repeat(2_000)}y`))
    assert.ok(performance.now() - started < 60_000)
  })

  test('names the folder outside of which nothing matches', () => {
    const folders = [
      ['a/b/*.yaml', 'a/b'],
      ['a/b.yaml', 'a'],
      ['b.yaml', ''],
      ['a/{b,c}/d.yaml', 'a'],
      ['{a/b,a/c}/d/x', 'a'],
      ['**/x', ''],
    ]
    for (const [pattern = '', folder] of folders) assert.is(parseGlob(pattern).folder, folder, pattern)
  })

  test('braces stand for the product of their alternatives', () => {
    assert.equal(expandBraces('{a,b}{1,2}'), ['a1', 'a2', 'b1', 'b2'])
    assert.equal(expandBraces('[{]x[}]'), ['[{]x[}]'])
  })

  test('never matches outside the folder it names', () => {
    const name = fc.constantFrom('a', 'b', '*', '**', 'a*', '?', '[ab]')
    const path = fc.array(fc.constantFrom('a', 'b', 'ab', '.a'), { minLength: 1, maxLength: 5 })
    fc.assert(
      fc.property(fc.array(name, { minLength: 1, maxLength: 5 }), path, (names, parts) => {
        const glob = parseGlob(names.join('/'))
        const inside = glob.folder === '' || `${parts.join('/')}/`.startsWith(`${glob.folder}/`)
        if (glob.matches(parts.join('/'))) assert.ok(inside)
      }),
      { numRuns: runs },
    )
  })

  test('means what git means in .gitattributes', (context) => {
    const folder = temporaryFolder(context)
    execFileSync('git', ['init', '-q', folder])
    const name = fc.constantFrom('a', 'b', '*', '**', 'a*', '*b', '?', '[ab]', '[!a]', '[]a]x', 'a**b', '.*')
    const part = fc.constantFrom('a', 'b', 'ab', 'aab', '.a', '.b', ']x', 'x')
    const samples = fc.sample(
      fc.tuple(
        fc.array(name, { minLength: 1, maxLength: 4 }).map((names) => names.join('/')),
        fc.uniqueArray(
          fc.array(part, { minLength: 1, maxLength: 5 }).map((parts) => parts.join('/')),
          { minLength: 40, maxLength: 40 },
        ),
      ),
      { numRuns: 40 },
    )
    for (const [pattern, paths] of samples) {
      writeFileSync(join(folder, '.gitattributes'), `/${pattern} secret\n`)
      const args = ['-C', folder, 'check-attr', '-z', '--stdin', 'secret']
      const fields = execFileSync('git', args, { input: paths.join('\0'), encoding: 'utf8' }).split('\0')
      const glob = parseGlob(pattern)
      for (const [index, path] of paths.entries()) {
        assert.is(glob.matches(path), fields[index * 3 + 2] === 'set', `${pattern} against ${path}`)
      }
    }
  })
})
