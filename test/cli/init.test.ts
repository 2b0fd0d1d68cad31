import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { givenRecipients } from '../../src/cli/init/given-recipients.ts'
import { recipientName } from '../../src/cli/init/own-key.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { nameProblem } from '../../src/project/names.ts'
import { keyContext } from '../keys/support/key-context.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { ALICE } from '../project/secretsrc-cases.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { run } from './in-process.ts'

suite('init', (test) => {
  test('makes names of people that need no quotes', () => {
    const cases = [
      ['Zoë Müller', 'zoe-muller'],
      ["O'Hara, Bob (laptop)", 'o-hara-bob-laptop'],
      ['  ', undefined],
      ['---', undefined],
      ['李雷', '李雷'],
    ] as const
    assert.equal(
      cases.map(([text]) => recipientName(text)),
      cases.map(([, name]) => name),
    )
  })

  test('makes valid names of anything, or none', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), (text) => {
        const name = recipientName(text)
        if (name === undefined) return
        assert.is(nameProblem(name), undefined)
        assert.not.match(name, /[\s'"$]/)
      }),
      { numRuns: 200 },
    )
  })

  test('reads recipients with their names, and refuses what is none', async () => {
    const keyring = createKeyring(keyContext())
    assert.equal(await givenRecipients([`a=${ALICE}`, `b= ${ALICE} `], keyring), [
      { name: 'a', reference: ALICE },
      { name: 'b', reference: ALICE },
    ])
    const codes = ['a', 'a=', `=${ALICE}`, `-a=${ALICE}`].map((text) => errorOf(givenRecipients([text], keyring)))
    assert.equal(
      (await Promise.all(codes)).map(({ code }) => code),
      ['USAGE', 'USAGE', 'USAGE', 'USAGE'],
    )
    assert.is((await errorOf(givenRecipients(['a=age1xyz'], keyring))).code, 'BAD_RECIPIENT')
    assert.is((await errorOf(givenRecipients([`a=${ALICE}`, `a=${ALICE}`], keyring))).code, 'USAGE')
  })

  test('does not repeat a secret key that is given as a recipient', async () => {
    const secret = `AGE-SECRET-KEY-1${'Q'.repeat(58)}`
    const error = await errorOf(givenRecipients([`a=${secret}`], createKeyring(keyContext())))
    assert.is(error.code, 'BAD_RECIPIENT')
    assert.not.match(JSON.stringify([error.message, error.hint, error.details]), 'QQQQ')
  })

  test('writes where --config says, and gives programs what it made', async (context) => {
    const cwd = temporaryFolder(context)
    mkdirSync(join(cwd, 'ops'))
    const argv = ['init', '--yes', '--no-key', '--recipient', `ci=${ALICE}`, '--json', '--config', 'ops/.secretsrc']
    const outcome = await run(argv, { cwd })
    assert.equal([outcome.status, outcome.stderr], [0, ''])
    assert.equal(JSON.parse(outcome.stdout), {
      file: join('ops', '.secretsrc'),
      environments: ['development', 'staging', 'production'],
      recipients: ['ci'],
      files: [],
      newKeyFile: null,
    })
    assert.match(readFileSync(join(cwd, 'ops', '.secretsrc'), 'utf8'), `  ci: ${ALICE}\n`)
    assert.is((await run(argv, { cwd })).status, 73)
  })
})
