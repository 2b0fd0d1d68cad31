import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { isSecretsError } from '../../src/core/errors.ts'
import type { Project } from '../../src/project/model.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { secretsrcText, spell } from '../../src/project/secretsrc-text.ts'
import {
  addEnvironment,
  addFilesToEnvironment,
  addRecipient,
  addRecipientToEnvironment,
} from '../../src/project/write-secretsrc.ts'
import { projectRoot } from '../support/imports.ts'
import { suite } from '../support/suite.ts'
import { validConfigs } from './secretsrc-cases.ts'

const runs = 300 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1)
const CAROL = { name: 'carol', reference: 'ssh-ed25519 AAAA carol@example.org' }
const STAGING = { name: 'acceptance', files: ['s/{a,b}.yaml', 't'], groups: [['carol']] }

const read = (text: string): Promise<Project> => readSecretsrc(Buffer.from(text), '/.secretsrc')

function frame(list: string): string {
  return `version: 1\nrecipients: { alice: age1x, bob: age1y }\nenvironments:\n  dev:\n    ${list}\n    files: a # z\n`
}

/** Whether `text` is a part of `longer`, with one insertion between. */
function isOneInsertion(text: string, longer: string): boolean {
  let start = 0
  while (start < text.length && text[start] === longer[start]) start += 1
  return longer.endsWith(text.slice(start))
}

async function refusal(action: Promise<unknown>): Promise<string> {
  return action.then(
    () => 'nothing was refused',
    (error: unknown) => (isSecretsError(error) ? error.code : String(error)),
  )
}

suite('write .secretsrc', (test) => {
  const texts = {
    ...validConfigs,
    example: readFileSync(join(projectRoot, '.secretsrc.example'), 'utf8'),
    'flow at the top': '{ version: 1, recipients: { alice: age1x }, environments: {} }\n',
    'comments everywhere': `version: 1 # v\nrecipients: # who\n    # first\n    alice: age1x # a\n    # bob left\n\nenvironments: {} # none\n`,
    'no final newline': 'version: 1\nrecipients:\n  alice: age1x',
  }

  for (const [name, original] of Object.entries(texts)) {
    for (const [ending, text] of [
      ['LF', original],
      ['CRLF', original.replaceAll('\n', '\r\n')],
    ] as const) {
      test(`adds a recipient and an environment to ${name}, ${ending}, and keeps the rest to the byte`, async () => {
        const before = await read(text)
        const withCarol = await addRecipient(text, CAROL)
        const both = await addEnvironment(withCarol, STAGING)
        const after = await read(both)
        assert.is(after.recipients.get('carol')?.reference, CAROL.reference)
        assert.is(after.recipients.size, before.recipients.size + 1)
        const added = after.environments.at(-1)
        assert.equal([added?.name, added?.groups], ['acceptance', [['carol']]])
        assert.equal(
          added?.patterns.map((pattern) => pattern.text),
          STAGING.files,
        )
        assert.is(after.environments.length, before.environments.length + 1)
        assert.ok(isOneInsertion(text, withCarol), withCarol)
        assert.is(/(^|[^\r])\n/.test(both), ending === 'LF')
      })
    }
  }

  test('the line stands where a person would put it', async () => {
    const text = 'version: 1\nrecipients:\n    alice: age1x # here\n\n# below\nenvironments: {}\n'
    const expected = text.replace('# here\n', `# here\n    carol: ${CAROL.reference}\n`)
    assert.is(await addRecipient(text, CAROL), expected)
  })

  const lists: readonly (readonly [string, string, string])[] = [
    ['recipients: [alice]', 'recipients: [alice, bob]', 'one in brackets'],
    ['recipients: [ alice ] # x', 'recipients: [ alice, bob ] # x', 'blanks and a comment'],
    ['recipients: alice # x', 'recipients: [alice, bob] # x', 'a single name'],
    ["recipients: 'alice'", "recipients: ['alice', bob]", 'a single name in quotes'],
    ['recipients:\n      - alice # x\n      # y', 'recipients:\n      - alice # x\n      - bob\n      # y', 'a block'],
    ['recipients:\n    - alice', 'recipients:\n    - alice\n    - bob', 'a block that is not indented'],
    ['recipients: [\n      alice,\n    ]', 'recipients: [\n      alice, bob,\n    ]', 'several lines in brackets'],
  ]
  for (const [before, after, name] of lists) {
    test(`adds a name to a list: ${name}`, async () => {
      const result = await addRecipientToEnvironment(frame(before), 'dev', 'bob')
      assert.is(result, frame(after))
      assert.is(await addRecipientToEnvironment(result, 'dev', 'bob'), result)
    })
  }

  test('adds files, and quotes what brackets would break', async () => {
    const text = 'version: 1\nrecipients: { a: age1x }\nenvironments: { dev: { recipients: a, files: "x" } }\n'
    const one = await addFilesToEnvironment(text, 'dev', 'y/*.{a,b}')
    assert.equal(
      (await read(one)).environments[0]?.patterns.map((pattern) => pattern.text),
      ['x', 'y/*.{a,b}'],
    )
    const block = 'version: 1\nrecipients: { a: age1x }\nenvironments:\n  dev:\n    recipients: a\n    files: x.{a,b}\n'
    const two = await addFilesToEnvironment(block, 'dev', 'y')
    assert.equal(
      (await read(two)).environments[0]?.patterns.map((pattern) => pattern.text),
      ['x.{a,b}', 'y'],
    )
  })

  test('refuses what would break a rule', async () => {
    const text = validConfigs['one environment'] ?? ''
    assert.is(await refusal(addRecipient(text, { name: 'alice', reference: 'age1z' })), 'ALREADY_EXISTS')
    assert.is(await refusal(addEnvironment(text, { ...STAGING, name: 'dev' })), 'ALREADY_EXISTS')
    assert.is(await refusal(addEnvironment(text, STAGING)), 'CONFIG_INVALID')
    assert.is(await refusal(addRecipientToEnvironment(text, 'dev', 'nobody')), 'CONFIG_INVALID')
    assert.is(await refusal(addRecipientToEnvironment(text, 'prod', 'alice')), 'UNKNOWN_TARGET')
    assert.is(await refusal(addFilesToEnvironment(text, 'dev', '../x')), 'CONFIG_INVALID')
    assert.is(await refusal(addRecipientToEnvironment(validConfigs['groups'] ?? '', 'dev', 'alice')), 'USAGE')
    assert.is(await refusal(addRecipient('version: 2\n', CAROL)), 'CONFIG_INVALID')
  })

  test('a whole new text says what it was made from', async () => {
    const text = secretsrcText({
      recipients: [CAROL, { name: '007', reference: 'age1x' }],
      environments: [
        { ...STAGING, groups: [['carol'], ['007']], threshold: 2, macOnlyEncrypted: true, checkout: 'decrypted' },
        {
          ...STAGING,
          name: 'null',
          files: [{ regex: '' }],
          selection: { by: 'encrypted_comment_regex', pattern: "it's: #" },
        },
      ],
    })
    const { environments, recipients } = await read(text)
    assert.equal([...recipients.keys()], ['carol', '007'])
    assert.equal(
      environments.map((one) => [one.name, one.groups, one.threshold, one.macOnlyEncrypted, one.checkout]),
      [
        ['acceptance', [['carol'], ['007']], 2, true, 'decrypted'],
        ['null', [['carol']], 0, false, 'encrypted'],
      ],
    )
    assert.equal(environments[1]?.selection, { by: 'encrypted_comment_regex', pattern: "it's: #" })
    assert.is(environments[1]?.patterns[0]?.matches('anything'), true)
    assert.is((await read(secretsrcText({ recipients: [], environments: [] }))).environments.length, 0)
  })

  test('every text is spelled so that it reads back, in a block and in brackets', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        assert.equal(parse(`a: ${spell(text)}\nb: [${spell(text)}, c]\n`), { a: text, b: [text, 'c'] })
      }),
      { numRuns: runs, examples: [['a: b'], ['#'], ['null'], ['1e3'], ["'"], ['- x'], ['{a,b}'], ['x '.repeat(200)]] },
    )
  })
})
