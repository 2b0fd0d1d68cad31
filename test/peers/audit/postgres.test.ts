/** A real PostgreSQL takes openings, in our table and in the one that sops writes to. */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { auditedProject } from '../../support/audited-project.ts'
import { projectRoot } from '../../support/imports.ts'
import { needPeer } from '../../support/peer.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type PostgresServer, postgresServer } from '../support/postgres-server.ts'

/** The definitions of the tables, as the documentation has them. */
function definitions(): readonly string[] {
  const text = readFileSync(join(projectRoot, 'docs', 'audit.md'), 'utf8')
  return [...text.matchAll(/^```sql\n(.*?)^```$/gms)].map(([, sql = '']) => sql)
}

/** A server with the tables, and a user `app` that may add rows and nothing else. */
async function auditServer(context: TestContext): Promise<PostgresServer> {
  const server = await postgresServer(context)
  for (const sql of definitions()) await server.sql(sql)
  return server
}

suite('openings in PostgreSQL', (test) => {
  test('are rows of our table and of the one that sops writes to', async (context) => {
    const { port, sql } = await auditServer(context)
    const { run, project } = await auditedProject(context)
    const env = {
      SECRETS_AUDIT: `postgres://secretsrc@127.0.0.1:${port}/audit?table=both`,
      SECRETS_AUDIT_PASSWORD: 'change-me',
      SECRETS_AUDIT_REQUIRED: '1',
      SECRETS_AUDIT_REASON: `it's "quoted" \\u0000 \u0001 ; DROP TABLE audit_event; --`,
    }
    const { status, stderr } = await run(['decrypt', 'staging/app.yaml'], { env })
    assert.is(status, 0, stderr)
    const rows = await sql(
      'SELECT event, username, key, environment, files, command, record FROM secretsrc_audit ORDER BY time, event',
    )
    assert.equal(
      rows.map(({ event, key, environment, files, command }) => [event, key, environment, files, command]),
      [
        ['open', null, 'staging', ['staging/app.yaml'], 'decrypt'],
        ['opened', 'alice', 'staging', ['staging/app.yaml'], 'decrypt'],
      ],
    )
    assert.match(JSON.stringify(rows[1]?.['record']), /"reason":"it's /)
    assert.not.match(JSON.stringify(rows), 'm4rker')
    const theirs = await sql('SELECT action, username, file, timestamp FROM audit_event')
    assert.equal(
      theirs.map(({ action, username, file }) => [action, username, file]),
      [['decrypt', rows[0]?.['username'], join(project.folder, 'staging', 'app.yaml')]],
    )
    assert.instance(theirs[0]?.['timestamp'], Date)
  })

  test('need no right but INSERT, and say what is missing where they cannot be added', async (context) => {
    const { port, sql } = await auditServer(context)
    const { run } = await auditedProject(context)
    const at = `127.0.0.1:${port}/audit`
    const failing = async (env: Readonly<Record<string, string>>): Promise<string> => {
      const all = { SECRETS_AUDIT_REQUIRED: '1', SECRETS_AUDIT_PASSWORD: 'change-me', ...env }
      const { status, stdout, stderr } = await run(['decrypt', 'staging/app.yaml'], { env: all })
      assert.equal([status, stdout], [69, ''], stderr)
      assert.not.match(stderr, /change-me|wr0ng/)
      return stderr
    }
    const address = { SECRETS_AUDIT: `postgres://secretsrc@${at}` }
    assert.match(await failing({ ...address, SECRETS_AUDIT_PASSWORD: 'wr0ng' }), 'the password is wrong')
    assert.match(
      await failing({ SECRETS_AUDIT: `postgres://secretsrc@127.0.0.1:${port}/nothing` }),
      'there is no such database',
    )
    assert.match(await failing({ SECRETS_AUDIT: `postgres://secretsrc@127.0.0.1:1/audit` }), 'nobody listens there')
    await sql('REVOKE INSERT ON secretsrc_audit FROM secretsrc')
    assert.match(await failing(address), 'this user may not add rows')
    await sql('DROP TABLE secretsrc_audit')
    assert.match(await failing(address), 'the table is missing')
  })

  test('wait for a server that is down, and come once', async (context) => {
    const { port, sql, stop, start } = await auditServer(context)
    const { run } = await auditedProject(context)
    const env = { SECRETS_AUDIT: `postgres://secretsrc:change-me@127.0.0.1:${port}/audit` }
    await stop()
    for (const path of ['staging/app.yaml', 'production/app.yaml']) {
      const { status, stderr } = await run(['decrypt', path], { env })
      assert.is(status, 0)
      assert.match(
        stderr,
        /warning: the audit log postgres:\/\/127\.0\.0\.1:\d+\/audit cannot be written: nobody listens there \(kept until it can\)/,
      )
    }
    await start()
    assert.is((await run(['decrypt', 'production/more.env'], { env })).stderr, '')
    const rows = await sql("SELECT files[1] AS file FROM secretsrc_audit WHERE event = 'opened' ORDER BY file")
    assert.equal(
      rows.map(({ file }) => file),
      ['production/app.yaml', 'production/more.env', 'staging/app.yaml'],
    )
    assert.is(
      (await sql('SELECT count(DISTINCT id)::int AS n, count(*)::int AS all FROM secretsrc_audit'))[0]?.['n'],
      6,
    )
  })

  test('stand in the same table as those of sops', async (context) => {
    const sops = needPeer('sops', context)
    if (process.getuid?.() !== 0 || spawnSync('unshare', ['-m', 'true']).status !== 0) {
      context.skip('sops reads /etc/sops/audit.yaml alone: needs root, and a mount name space to give it one')
    }
    const { port, sql } = await auditServer(context)
    const { run, project, env } = await auditedProject(context)
    const file = join(project.folder, 'staging', 'app.yaml')
    const own = {
      SECRETS_AUDIT: `postgres://secretsrc:change-me@127.0.0.1:${port}/audit?table=sops`,
      SECRETS_AUDIT_REQUIRED: '1',
    }
    assert.is((await run(['decrypt', file], { env: own })).status, 0)
    // A copy of /etc that this one process sees in the place of the real one.
    const etc = join(temporaryFolder(context), 'etc')
    cpSync('/etc', etc, { recursive: true, verbatimSymlinks: true, filter: (path) => !path.includes('/shadow') })
    mkdirSync(join(etc, 'sops'))
    const address = `postgres://sops:sops@127.0.0.1:${port}/audit?sslmode=disable`
    writeFileSync(join(etc, 'sops', 'audit.yaml'), `backends:\n  postgres:\n    - connection_string: "${address}"\n`)
    const script = 'mount --bind "$1" /etc && exec "$2" decrypt "$3"'
    const keys = { ...env, SOPS_AGE_KEY: project.env['SECRETS_AGE_KEY'] }
    execFileSync('unshare', ['-m', 'sh', '-c', script, 'sh', etc, sops, file], { env: keys, stdio: 'pipe' })
    const rows = await sql('SELECT action, username, file FROM audit_event ORDER BY id')
    assert.is(rows.length, 2)
    assert.equal(rows[0], rows[1])
  })
})
