/** Plain files that cannot be encrypted so that they come back: refused, with the place, and left as they are. */
import * as assert from 'uvu/assert'
import { MAX_DEPTH, MAX_FILE_BYTES } from '../../src/core/limits.ts'
import { suite } from '../support/suite.ts'
import { configuration, MARKER, type Refusal, repository } from './repository.ts'

type Case = readonly [text: string | Uint8Array, status: number, message: RegExp]

const levels = Array.from({ length: 24 }, (_, index) =>
  index === 0 ? `a0: &a0 [${MARKER}, ${MARKER}]` : `a${index}: &a${index} [*a${index - 1}, *a${index - 1}]`,
)

const CASES: Readonly<Record<string, Readonly<Record<string, Case>>>> = {
  yaml: {
    'a duplicate key': [`${MARKER}: 1\n${MARKER}: 2\n`, 2, /app\.yaml:2:1: a key that is there twice/],
    'a duplicate key in a later document': ['a: 1\n---\nb: 1\nb: 2\n', 2, /app\.yaml:4:1: a key that is there twice/],
    'a key that is no string': [`1: ${MARKER}\n`, 2, /app\.yaml:1:1: /],
    'a key that is null': [`~: ${MARKER}\n`, 2, /app\.yaml:1:1: /],
    'a key that is a map': [`? {a: ${MARKER}}\n: x\n`, 2, /app\.yaml:1:\d+: /],
    'a root that is a list': [`- ${MARKER}\n`, 2, /app\.yaml:1:1: /],
    'a root that is text': [`${MARKER}\n`, 2, /app\.yaml:1:1: /],
    'invalid UTF-8': [Buffer.from(`a: ${MARKER}\nb: \xff\n`, 'latin1'), 2, /app\.yaml:2: is not valid UTF-8/],
    'a control character': [`a: ${MARKER}\u0007\n`, 2, /app\.yaml:1:12: a control character/],
    'an alias bomb': [`${levels.join('\n')}\n`, 2, /app\.yaml:\d+:\d+: aliases stand for more than/],
    'an alias to itself': [`a: &a [*a, ${MARKER}]\n`, 2, /app\.yaml:1:8: /],
    'an alias to nothing': [`a: *${MARKER}\n`, 2, /app\.yaml:1:4: an alias to an anchor that is not there/],
    'too many levels': [`a: ${'['.repeat(MAX_DEPTH + 2)}${MARKER}`, 2, /app\.yaml:1:\d+: .*nested/],
    'far too many levels': [`a: ${'[{b: '.repeat(60_000)}`, 2, /app\.yaml:1:\d+: .*nested/],
    'an integer beyond 64 bits': [
      'a: 18446744073709551615\n',
      2,
      /app\.yaml:1:4: an integer that does not fit 64 bits/,
    ],
    'an unfinished text': [`a: "${MARKER}\n`, 2, /app\.yaml:1:4: /],
    'a tab as indentation': [`a:\n\tb: ${MARKER}\n`, 2, /app\.yaml:2:1: a tab/],
    'no document': [`# ${MARKER}\n`, 92, /app\.yaml: /],
    'nothing at all': ['', 92, /app\.yaml: /],
    "sops's own key": [`a: ${MARKER}\nsops: ${MARKER}\n`, 65, /app\.yaml: /],
  },
  json: {
    'a duplicate key': [`{"a": "${MARKER}",\n "a": 2}`, 2, /app\.json:2:2: /],
    'a root that is a list': [`["${MARKER}"]`, 2, /app\.json:1:1: /],
    'invalid UTF-8': [Buffer.from(`{"a": "${MARKER}",\n"b": "\xff"}`, 'latin1'), 2, /app\.json:2: is not valid UTF-8/],
    'something behind the object': [`{"a": 1} ${MARKER}`, 2, /app\.json:1:10: /],
    'an unfinished object': [`{"a": "${MARKER}"`, 2, /app\.json:1:\d+: /],
    'a number out of range': ['{"a": 1e999}', 2, /app\.json:1:7: /],
    'too many levels': [`{"a": ${'['.repeat(MAX_DEPTH + 2)}`, 2, /app\.json:1:\d+: more than 256 levels/],
    "sops's own key": [`{"a": "${MARKER}", "sops": 1}`, 65, /app\.json: /],
  },
  env: {
    'a line without a sign': [`A=1\n${MARKER}\n`, 2, /app\.env:2:1: /],
    'invalid UTF-8': [Buffer.from('A=\xff\n', 'latin1'), 2, /app\.env:1: is not valid UTF-8/],
    "sops's own prefix": [`A=${MARKER}\nsops_x=1\n`, 65, /app\.env: /],
  },
  ini: {
    'a line without a sign': [`[a]\n${MARKER}\n`, 2, /app\.ini:2:\d+: /],
    'a section without its bracket': [`[${MARKER}\na = 1\n`, 2, /app\.ini:1:\d+: /],
    'invalid UTF-8': [Buffer.from('[a]\nb = \xff\n', 'latin1'), 2, /app\.ini:2: is not valid UTF-8/],
  },
}

suite('files that are refused', (test) => {
  for (const [suffix, cases] of Object.entries(CASES)) {
    for (const [name, [text, status, message]] of Object.entries(cases)) {
      test(`${suffix}: ${name}`, async (context) => {
        const path = `secrets/app.${suffix}`
        const made = await repository(context, { [path]: text })
        await made.refuses(['encrypt'], { status, message })
        await made.refuses(['encrypt', '--stdout', path], { status, message })
      })
    }
  }

  test('a file larger than the limit', async (context) => {
    const made = await repository(context, { 'secrets/app.bin': Buffer.alloc(MAX_FILE_BYTES + 1, 97) })
    await made.refuses(['encrypt'], { status: 2, message: /app\.bin: the file has more than 268435456 bytes/ })
  }, 120)

  test('a format that is not known', async (context) => {
    const made = await repository(context, { 'x.toml': `a = "${MARKER}"\n` })
    const refusal: Refusal = { status: 64, message: /--format is one of binary, dotenv, ini, json, yaml/ }
    await made.refuses(['encrypt', '--format', 'toml', '--recipient', made.recipient, 'x.toml'], refusal)
  })

  test('one refused file among many: none is encrypted', async (context) => {
    const made = await repository(context, {
      'secrets/a.yaml': `a: ${MARKER}\n`,
      'secrets/b.yaml': `a: 1\na: ${MARKER}\n`,
    })
    await made.refuses(['encrypt'], { status: 2, message: /secrets\/b\.yaml:2:1: / })
  })

  test('an expression that is none, or that no engine of linear cost knows', async (context) => {
    for (const pattern of ['[', '(?=x)', '(a)\\1', '*']) {
      const made = await repository(context, { 'secrets/app.yaml': `a: ${MARKER}\n`, 'x.yaml': `a: ${MARKER}\n` })
      made.write('.secretsrc', configuration(made.recipient, `    encrypt: { only: '${pattern}' }\n`))
      await made.refuses(['encrypt'], { status: 5, message: /\.secretsrc:8:\d+: / })
      const args = ['encrypt', '--recipient', made.recipient, '--only', pattern, '--config', 'none', 'x.yaml']
      const { status, stdout } = await made.run(args.filter((word) => word !== '--config' && word !== 'none'))
      if (status === 0 || stdout !== '') throw new Error(`accepted ${pattern}`)
    }
  })

  test('an expression that matches nothing in a file is warned of', async (context) => {
    const made = await repository(context, { 'secrets/app.yaml': `a: ${MARKER}\n` })
    made.write('.secretsrc', configuration(made.recipient, '    encrypt: { only: ^nothing$ }\n'))
    const { status, stderr } = await made.run(['encrypt'])
    assert.is(status, 0)
    assert.match(stderr, /^secrets: warning: secrets\/app\.yaml: nothing in it is encrypted/)
    assert.not.match(stderr, new RegExp(MARKER))
  })

  test('an expression of exponential cost takes no time', async (context) => {
    const made = await repository(context, { 'secrets/app.yaml': `${'a'.repeat(400)}b: x\n` })
    made.write('.secretsrc', configuration(made.recipient, '    encrypt: { except: (a*)*$ }\n'))
    const started = Date.now()
    await made.run(['encrypt'])
    // Hours, where expressions are matched by going back.
    if (Date.now() - started > 60_000) throw new Error('it took longer than a minute')
  })
})
