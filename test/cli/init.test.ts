import { mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { givenRecipients } from '../../src/cli/init/given-recipients.ts'
import { offerInstall } from '../../src/cli/init/offer-install.ts'
import { recipientName } from '../../src/cli/init/own-key.ts'
import { createKeyring } from '../../src/keys/open-keyring.ts'
import { findProject } from '../../src/project/find-project.ts'
import { nameProblem } from '../../src/project/names.ts'
import { keyContext } from '../keys/support/key-context.ts'
import { errorOf } from '../keys/support/keyring-parts.ts'
import { ALICE } from '../project/secretsrc-cases.ts'
import { gitSandbox } from '../support/git-sandbox.ts'
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
      installed: false,
    })
    assert.match(readFileSync(join(cwd, 'ops', '.secretsrc'), 'utf8'), `  ci: ${ALICE}\n`)
    assert.is((await run(argv, { cwd })).status, 73)
  })

  test('asks on a terminal whether git is to be set up, and does what is answered', async (context) => {
    const sandbox = await gitSandbox(context)
    const { folder: cwd, env } = sandbox
    sandbox.write('.secretsrc', CONFIGURATION)
    const project = await findProject({ cwd, env: {} })
    const asked: string[] = []
    const offer = (answer: boolean): ReturnType<typeof offerInstall> =>
      offerInstall(project, { yes: false, install: false, noInstall: false }, contextWith({ cwd, env, answer, asked }))
    assert.equal(await offer(false), { kind: 'declined' })
    assert.is((await sandbox.tryGit('config', '--get-regexp', 'filter')).stdout, '')
    const done = await offer(true)
    assert.is(done.kind, 'done')
    assert.is((await sandbox.git('config', 'filter.secrets.required')).stdout, 'true\n')
    assert.is(asked.length, 2)
    assert.match(asked[0] ?? '', 'Set git up in this clone')
  })
})

const CONFIGURATION = `version: 1\nrecipients: {a: ${ALICE}}\nenvironments: {e: {files: x.yaml, recipients: [a]}}\n`

interface Answering {
  readonly cwd: string
  readonly env: Readonly<Record<string, string>>
  readonly answer: boolean
  readonly asked: string[]
}

function contextWith({ cwd, env, answer, asked }: Answering): Parameters<typeof offerInstall>[2] {
  const confirm = async ({ message }: { readonly message: string }): Promise<boolean> => {
    asked.push(message)
    return answer
  }
  return { cwd, env, terminal: { interactive: true }, questions: { confirm } }
}
