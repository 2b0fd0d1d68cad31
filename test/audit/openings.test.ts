import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { isSecretsError } from '../../src/core/errors.ts'
import { auditedProject, BROKEN_SINK, recordsIn } from '../support/audited-project.ts'
import { filesBelow, readProjectFile, withoutComments } from '../support/imports.ts'
import { suite } from '../support/suite.ts'

suite('openings in the log', (test) => {
  test('only the keyring unwraps data keys, and whoever asks it says what for', () => {
    const sources = filesBelow('src', '.ts').map((file) => ({ file, text: withoutComments(readProjectFile(file)) }))
    const unwrapping = sources
      .filter(({ text }) => /\.unwrap(?:Any\?\.)?\(|openGroups\(/.test(text))
      .map(({ file }) => file)
    assert.equal(
      unwrapping.filter((file) => !file.startsWith('src/keys/providers/')),
      ['src/keys/open-groups.ts', 'src/keys/open-keyring.ts'],
    )
    const calls = sources.flatMap(({ text }) => [...text.matchAll(/\.open\((\w+(?:\([^()]*\))?\.metadata)(.)/g)])
    assert.ok(calls.length > 5)
    assert.equal(
      calls.filter(([, , next]) => next !== ',').map(([call]) => call),
      [],
    )
  })

  test('an opening is written down before and after, with who, what and why, and no value', async (context) => {
    const { run, records, log, project } = await auditedProject(context)
    const env = { SECRETS_AUDIT_REASON: 'incident 7' }
    const { status, stdout } = await run(['get', 'staging', 'database.password'], { env })
    assert.equal([status, stdout], [0, 'm4rker-one'])
    const [open, opened, ...others] = records()
    assert.equal(others, [])
    assert.equal([open?.event, opened?.event], ['open', 'opened'])
    assert.is(open?.opening, opened?.opening)
    assert.equal(open?.what.names, ['database.password', 'port'])
    assert.equal([open?.what.environment, open?.what.files, open?.what.values], ['staging', ['staging/app.yaml'], 2])
    const git = { cwd: project.folder, encoding: 'utf8' } as const
    assert.is(open?.what.commit, execFileSync('git', ['rev-parse', 'HEAD'], git).trim())
    assert.is(open?.what.blob, execFileSync('git', ['rev-parse', 'HEAD:staging/app.yaml'], git).trim())
    assert.equal([open?.why.command, open?.why.reason], ['get', 'incident 7'])
    assert.is(open?.who.keys, undefined)
    assert.equal(opened?.who.keys, [{ name: 'alice', recipient: project.recipient, source: 'SECRETS_AGE_KEY' }])
    assert.not.match(readFileSync(log, 'utf8'), /m4rker|AGE-SECRET/)
  })

  test('a file that is given by its path is one of its environment too', async (context) => {
    const { run, records } = await auditedProject(context)
    assert.is((await run(['decrypt', 'production/more.env'])).status, 0)
    assert.equal([...new Set(records().map(({ what }) => what.environment))], ['production'])
    assert.equal([...new Set(records().map(({ what }) => what.files.join()))], ['production/more.env'])
  })

  test('the program of run is named, its arguments are not', async (context) => {
    const { run, records, log } = await auditedProject(context)
    await run(['run', 'staging', '--', process.execPath, '-e', '"an-argument"'])
    assert.ok(records().length > 0)
    for (const { why } of records()) assert.match(why.command, /^run node(\.exe)?$/)
    assert.not.match(readFileSync(log, 'utf8'), 'an-argument')
  })

  test('the job of a pipeline is named', async (context) => {
    const { run, records } = await auditedProject(context)
    const env = { CI: 'true', GITHUB_ACTIONS: 'true', GITHUB_REPOSITORY: 'shop/api', GITHUB_ACTOR: 'bob' }
    await run(['decrypt', 'staging/app.yaml'], { env })
    assert.equal([records()[0]?.who.ci?.system, records()[0]?.who.ci?.repository], ['github', 'shop/api'])
    assert.is(records()[0]?.who.ci?.actor, 'bob')
  })

  test('what could not be opened is written down', async (context) => {
    const { run, records } = await auditedProject(context)
    const { status } = await run(['decrypt', 'staging/app.yaml'], { env: { SECRETS_AGE_KEY: '' } })
    assert.is(status, 128)
    assert.equal(
      records().map(({ event, why }) => [event, why.error]),
      [
        ['open', undefined],
        ['failed', 'CANNOT_OPEN'],
      ],
    )
  })

  test('what nobody can take is not opened where that is required', async (context) => {
    const { run } = await auditedProject(context)
    for (const argv of [
      ['get', 'staging', 'database.password'],
      ['decrypt', 'staging/app.yaml'],
      ['run', 'staging', '--', process.execPath, '-e', 'process.exit(0)'],
      ['set', 'staging', 'port', '--plain-value', '1'],
      ['diff', 'HEAD', '--reveal'],
    ]) {
      const { status, stdout, stderr } = await run(argv, { env: BROKEN_SINK })
      if (argv[0] !== 'diff') assert.is(status, 69, `${argv[0]}: ${stderr}`)
      assert.not.match(stdout + stderr, 'm4rker', argv[0])
    }
    const { stderr } = await run(['get', 'staging', 'port'], { env: BROKEN_SINK })
    assert.match(stderr, /the audit log \/dev\/null\/audit\.jsonl cannot be written/)
    assert.match(stderr, 'nothing is opened without it')
  })

  test('elsewhere it is one warning', async (context) => {
    const { run } = await auditedProject(context)
    const env = { SECRETS_AUDIT: BROKEN_SINK.SECRETS_AUDIT }
    const { status, stdout, stderr } = await run(['run', 'production', '--', process.execPath, '-e', ''], { env })
    assert.equal([status, stdout], [0, ''])
    assert.is(stderr.match(/warning: the audit log/g)?.length, 1, stderr)
    assert.is((await run(['get', 'staging', 'port'], { env })).stdout, '5432')
  })

  test('the machine decides before its user, whose settings only add to it', async (context) => {
    const { run, project, log, records } = await auditedProject(context)
    const system = join(project.folder, '.git', 'system.yaml')
    const own = join(project.folder, '.git', 'machine.jsonl')
    writeFileSync(system, `version: 1\naudit: { required: true, sinks: ["${own.replaceAll('\\', '/')}"] }\n`)
    const quiet = { SECRETS_AUDIT: '', SECRETS_AUDIT_REQUIRED: '0', SECRETS_AUDIT_CONFIG: '' }
    assert.is((await run(['get', 'staging', 'port'], { systemSettings: system, env: quiet })).status, 0)
    assert.equal(records(), [])
    assert.is(recordsIn(own).length, 2)
    await run(['get', 'staging', 'port'], { systemSettings: system })
    assert.is(recordsIn(own).length, 4)
    assert.is(recordsIn(log).length, 2)
    mkdirSync(`${own}.d`)
    writeFileSync(system, `version: 1\naudit: { required: true, sinks: ["${own.replaceAll('\\', '/')}.d"] }\n`)
    assert.is((await run(['get', 'staging', 'port'], { systemSettings: system, env: quiet })).status, 69)
    writeFileSync(system, 'audit: [')
    const wrong = await run(['get', 'staging', 'port'], { systemSettings: system, env: quiet })
    assert.equal([wrong.status, wrong.stdout], [5, ''])
    assert.is((await run(['status', '--no-keys'], { systemSettings: system, env: quiet })).status, 0)
  })

  test('settings of a repository are none', async (context) => {
    const { run, project } = await auditedProject(context)
    writeFileSync(join(project.folder, '.secretsrc'), `${project.read('.secretsrc')}audit: { sinks: [/tmp/x] }\n`)
    const { status, stderr } = await run(['get', 'staging', 'port'])
    assert.is(status, 5)
    assert.match(stderr, 'unknown key "audit"')
  })

  test('the library keeps the same log', async (context) => {
    const { project, env, records } = await auditedProject(context)
    const secrets = project.open({ env: { ...env, SECRETS_AUDIT_REQUIRED: '1' } })
    assert.is(await secrets.getText('staging', 'database.password'), 'm4rker-one')
    assert.equal(
      records().map(({ event, why }) => [event, why.command]),
      [
        ['open', 'library'],
        ['opened', 'library'],
      ],
    )
    const refused = await project
      .open({ env: { ...env, ...BROKEN_SINK } })
      .getText('staging', 'database.password')
      .catch((error: unknown) => error)
    assert.ok(isSecretsError(refused) && refused.code === 'AUDIT_FAILED')
  })

  test('a log that cannot be looked at is not one that is missing', async (context) => {
    if (process.platform === 'win32' || process.getuid?.() === 0) context.skip('needs permissions that hold')
    const { run, project } = await auditedProject(context)
    const folder = join(project.folder, '.git', 'closed')
    mkdirSync(folder)
    writeFileSync(join(folder, 'config.yaml'), 'version: 1\n')
    chmodSync(folder, 0o000)
    context.onCleanup(() => chmodSync(folder, 0o700))
    const { status } = await run(['get', 'staging', 'port'], { systemSettings: join(folder, 'config.yaml') })
    assert.is.not(status, 0)
  })
})
