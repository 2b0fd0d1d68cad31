/** What the built filter leaves in the log when git opens many files by it. */
import { existsSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { movedTo, type SecretRepository, secretRepository } from '../git/secret-repository.ts'
import { recordsIn } from '../support/audited-project.ts'
import { suite, type TestContext } from '../support/suite.ts'

const PATHS = Array.from({ length: 40 }, (_, index) => `dev/f${String(index).padStart(2, '0')}.yaml`)

/** A repository with committed files, and the same one with a log. */
async function filled(context: TestContext): Promise<{ readonly plain: SecretRepository; readonly log: string }> {
  const plain = await secretRepository(context)
  for (const path of PATHS) plain.write(path, `password: m4rker-${path}\n`)
  await plain.git('add', '--all')
  await plain.commit('all')
  rmSync(join(plain.folder, 'dev'), { recursive: true })
  return { plain, log: join(plain.folder, '.git', 'audit', 'openings.jsonl') }
}

function withVariables(repository: SecretRepository, more: Readonly<Record<string, string>>): SecretRepository {
  return movedTo({ ...repository, env: { ...repository.env, ...more } }, repository.folder)
}

suite("the log of git's filter", (test) => {
  test('a checkout is one opening of its environment, with all files', async (context) => {
    const { plain, log } = await filled(context)
    const repository = withVariables(plain, { SECRETS_AUDIT: `file:${log}`, SECRETS_AUDIT_REQUIRED: '1' })
    await repository.git('checkout', '--', '.')
    for (const path of PATHS) assert.is(repository.read(path), `password: m4rker-${path}\n`)
    const records = recordsIn(log)
    const opens = records.filter(({ event }) => event === 'open')
    assert.ok(opens.length >= 1 && opens.length <= 5, `${opens.length} begun`)
    for (const { what } of opens) assert.equal([what.environment, what.more], ['development', 'unknown'])
    const [opened, ...others] = records.filter(({ event }) => event !== 'open')
    assert.equal(others, [])
    assert.equal(
      [opened?.event, opened?.what.environment, opened?.why.command],
      ['opened', 'development', 'filter-process'],
    )
    assert.equal(
      opened?.what.files.toSorted((a, b) => (a < b ? -1 : 1)),
      PATHS,
    )
    assert.is(opened?.who.keys?.[0]?.name, 'alice')
    assert.is((await repository.secrets('audit', '--verify')).status, 0)
  })

  test('unlocking is one opening of its environment, with all files; and none where a required log does not take it', async (context) => {
    const { plain, log } = await filled(context)
    await plain.git('checkout', '--', '.')
    assert.is((await plain.secrets('lock')).status, 0)
    const variables = { SECRETS_AUDIT: 'file:/dev/null/openings.jsonl', SECRETS_AUDIT_REQUIRED: '1' }
    const refused = await withVariables(plain, variables).secrets('unlock')
    assert.is.not(refused.status, 0)
    assert.match(refused.stderr, 'the audit log /dev/null/openings.jsonl cannot be written')
    for (const path of PATHS) assert.match(plain.read(path), /^password: ENC\[/)
    const repository = withVariables(plain, { ...variables, SECRETS_AUDIT: `file:${log}` })
    assert.is((await repository.secrets('unlock')).status, 0)
    const records = recordsIn(log)
    for (const { why } of records) assert.is(why.command, 'unlock')
    const opened = records.filter(({ event }) => event === 'opened')
    assert.equal(
      opened.map(({ what }) => what.files.toSorted((a, b) => (a < b ? -1 : 1))),
      [PATHS],
    )
    assert.is(records.filter(({ event }) => event === 'failed').length, 0)
  })

  test('what a required log does not take stays encrypted; what nobody requires is one warning', async (context) => {
    const { plain } = await filled(context)
    const broken = { SECRETS_AUDIT: 'file:/dev/null/openings.jsonl' }
    const strict = withVariables(plain, { ...broken, SECRETS_AUDIT_REQUIRED: '1' })
    const { status, stderr } = await strict.git('checkout', '--', '.')
    assert.is(status, 0)
    assert.match(stderr, 'the audit log /dev/null/openings.jsonl cannot be written')
    for (const path of PATHS) assert.match(strict.read(path), /^password: ENC\[/)
    rmSync(join(plain.folder, 'dev'), { recursive: true })
    const lax = await withVariables(plain, broken).git('checkout', '--', '.')
    assert.is(lax.stderr.match(/warning: the audit log/g)?.length, 1, lax.stderr)
    for (const path of PATHS) assert.is(plain.read(path), `password: m4rker-${path}\n`)
  })

  test('a difference is shown as ciphertext where a required log does not take it', async (context) => {
    const { plain, log } = await filled(context)
    await plain.git('checkout', '--', '.')
    plain.write('prod/a.yaml', 'password: m4rker-prod\n')
    assert.is((await plain.secrets('encrypt', 'prod/a.yaml')).status, 0)
    await plain.git('add', '--all')
    await plain.commit('production')
    const logged = withVariables(plain, { SECRETS_AUDIT: `file:${log}`, SECRETS_AUDIT_REQUIRED: '1' })
    assert.match((await logged.git('show', 'HEAD')).stdout, 'm4rker-prod')
    assert.ok(recordsIn(log).some(({ why, what }) => why.command === 'textconv' && what.blob !== undefined))
    writeFileSync(log, 'not a log\n')
    const { stdout } = await logged.git('show', 'HEAD')
    assert.not.match(stdout, 'm4rker-prod')
    assert.ok(existsSync(log))
  })
})
