import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { CommandContext } from '../../src/cli/context.ts'
import { isSecretsError } from '../../src/core/errors.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'
import { probe, run, type Surroundings } from './in-process.ts'

const CONFIG = `version: 1
recipients:
  alice: age1l42jslpnmaxqvqwr84w5l27xuv2mlqygl4s87s84tljqw9aqae7smp4936
environments:
  staging:
    files: staging.yaml
    recipients: [alice]
`

suite('context', (test) => {
  test('reads all of standard input', async () => {
    await within({ stdin: 'välue\n' }, async ({ readInput }) => {
      assert.is((await readInput()).toString('utf8'), 'välue\n')
    })
    await within({}, async ({ readInput }) => assert.is((await readInput()).length, 0))
  })

  test('asks nobody where there is no terminal, and says what to type instead', async () => {
    await within({ terminals: ['stdout'] }, async ({ questions, keyContext }) => {
      assert.equal([keyContext.askPassphrase, keyContext.askText, keyContext.choose], [undefined, undefined, undefined])
      const ask = { message: 'value?', instead: 'use --from-file' }
      const choices = { ...ask, choices: [] }
      const all = [
        () => questions.hidden(ask),
        () => questions.text(ask),
        () => questions.confirm(ask),
        () => questions.select(choices),
        () => questions.checkbox(choices),
      ]
      for (const question of all) {
        const error: unknown = await question().catch((caught: unknown) => caught)
        assert.ok(isSecretsError(error))
        assert.equal([error.code, error.hint], ['NOT_INTERACTIVE', 'use --from-file'])
      }
    })
  })

  test('offers a passphrase prompt where somebody is', async () => {
    await within({ terminals: ['stdin', 'stderr'] }, async ({ keyContext }) => {
      for (const ask of [keyContext.askPassphrase, keyContext.askText, keyContext.choose]) assert.type(ask, 'function')
    })
  })

  test('makes a value once, also when asked side by side, and again after a failure', async () => {
    await within({}, async ({ keyContext }) => {
      let made = 0
      const make = async (): Promise<number> => {
        made += 1
        if (made === 1) throw new Error('first')
        return made
      }
      const [a, b] = await Promise.allSettled([keyContext.once('k', make), keyContext.once('k', make)])
      assert.equal([a.status, b.status, made], ['rejected', 'rejected', 1])
      assert.equal(await Promise.all([keyContext.once('k', make), keyContext.once('k', make)]), [2, 2])
      assert.is(await keyContext.once('other', make), 3)
    })
  })

  test('says that there is no configuration only to who needs one', async (context) => {
    const cwd = temporaryFolder(context)
    mkdirSync(join(cwd, '.git'))
    await within({ cwd }, async ({ projectIfAny }) => assert.is(await projectIfAny(), undefined))
    const { status, stderr } = await run(['probe'], { cwd }, [probe(async ({ project }) => void (await project()))])
    assert.is(status, 61)
    assert.match(stderr, 'hint: ')
  })

  test('reads the configuration that is found or named', async (context) => {
    const cwd = temporaryFolder(context)
    writeFileSync(join(cwd, '.secretsrc'), CONFIG)
    writeFileSync(join(cwd, 'other.secretsrc'), CONFIG.replace('staging:', 'production:'))
    await within({ cwd }, async ({ project }) => {
      assert.equal(
        (await project()).environments.map(({ name }) => name),
        ['staging'],
      )
      assert.is(await project(), await project())
    })
    const seen: string[] = []
    const command = probe(
      async ({ project }) => void seen.push(...(await project()).environments.map(({ name }) => name)),
    )
    await run(['probe', '--config', 'other.secretsrc'], { cwd }, [command])
    assert.equal(seen, ['production'])
    const missing = await run(['probe', '--config', 'missing'], { cwd }, [command])
    assert.is(missing.status, 61)
  })

  test('opens a keyring without any configuration', async () => {
    await within({}, async ({ keyring }) => {
      const canonical = await (await keyring()).canonical(
        ' age1l42jslpnmaxqvqwr84w5l27xuv2mlqygl4s87s84tljqw9aqae7smp4936 ',
      )
      assert.is(canonical, 'age1l42jslpnmaxqvqwr84w5l27xuv2mlqygl4s87s84tljqw9aqae7smp4936')
      assert.is(await keyring(), await keyring())
    })
  })
})

async function within(
  surroundings: Surroundings,
  action: (context: CommandContext) => Promise<unknown>,
): Promise<void> {
  let outcome: Promise<unknown> = Promise.reject(new Error('the command did not run'))
  outcome.catch(() => {})
  const command = probe(async (context) => {
    outcome = action(context)
    await outcome.catch(() => {})
  })
  const { status } = await run(['probe'], surroundings, [command])
  await outcome
  assert.is(status, 0)
}
