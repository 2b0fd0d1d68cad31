import { readFileSync, writeFileSync } from 'node:fs'
import * as assert from 'uvu/assert'
import type { AuditRecord } from '../../../src/audit/audit-record.ts'
import { auditedProject } from '../../support/audited-project.ts'
import { suite } from '../../support/suite.ts'

suite('secrets audit', (test) => {
  test('openings are shown, chosen by time, environment and who, as a table, JSON and CSV', async (context) => {
    const { run, log } = await auditedProject(context)
    await run(['get', 'staging', 'port'])
    await run(['decrypt', 'production/app.yaml'])
    await run(['decrypt', 'production/app.yaml'], { env: { SECRETS_AGE_KEY: '' } })
    const table = (await run(['audit'])).stdout.trimEnd().split('\n')
    assert.is(table.length, 4)
    assert.match(table[0] ?? '', /^TIME +OUTCOME +WHO +KEY +ENVIRONMENT +FILES +COMMAND$/)
    assert.match(table[1] ?? '', / opened .* alice .* staging +staging\/app\.yaml +get$/)
    assert.match(table[3] ?? '', / CANNOT_OPEN .* production +production\/app\.yaml +decrypt$/)
    const count = async (...options: string[]): Promise<number> => {
      const { stdout } = await run(['audit', '--format', 'csv', ...options])
      return stdout.trimEnd().split('\n').length - 1
    }
    assert.is(await count(), 3)
    assert.is(await count('--environment', 'production'), 2)
    assert.is(await count('--who', 'alice'), 2)
    assert.is(await count('--who', 'nobody'), 0)
    assert.is(await count('--since', '2024-05-06'), 3)
    assert.is(await count('--since', '1h'), 3)
    assert.is(await count('--until', '2024-05-05'), 0)
    const list: readonly { readonly seq: number; readonly record: AuditRecord }[] = JSON.parse(
      (await run(['audit', '--json', '--environment', 'staging'])).stdout,
    )
    assert.equal(
      list.map(({ seq, record }) => [seq, record.event]),
      [
        [1, 'open'],
        [2, 'opened'],
      ],
    )
    assert.is((await run(['audit', '--since', 'yesterday'])).status, 64)
    assert.is((await run(['audit', '--log', log])).stdout, `${table.join('\n')}\n`)
  })

  test('a cell that a spreadsheet would calculate is text, and no name acts on the terminal', async (context) => {
    const { run } = await auditedProject(context)
    await run(['get', 'staging', 'port'], { env: { SECRETS_AUDIT_REASON: '=HYPERLINK("http://x")' } })
    assert.match((await run(['audit', '--format', 'csv'])).stdout, `"'=HYPERLINK(""http://x"")"`)
    await run(['get', 'staging', 'port'], {
      env: { CI: 'true', GITHUB_ACTIONS: '1', GITHUB_ACTOR: '\u001b[2J\u202e' },
    })
    assert.not.match((await run(['audit'])).stdout, /\u001b|\u202e/)
  })

  test('a log is verified, and held against a head', async (context) => {
    const { run, log } = await auditedProject(context)
    await run(['get', 'staging', 'port'])
    const first = await run(['audit', '--verify'])
    assert.is(first.status, 0)
    assert.match(first.stdout, /^sound: 2 records\nhead 2:[0-9a-f]{64}\n$/)
    const head = first.stdout.trim().split(' ').at(-1) ?? ''
    const kept = readFileSync(log)
    await run(['get', 'staging', 'port'])
    assert.is((await run(['audit', '--head', head])).status, 0)
    const last = (await run(['audit', '--verify'])).stdout.trim().split(' ').at(-1) ?? ''
    writeFileSync(log, kept)
    assert.is((await run(['audit', '--verify'])).status, 0)
    const cut = await run(['audit', '--head', last])
    assert.equal(
      [cut.status, cut.stdout],
      [1, 'broken: ends at record 2, and the head was record 4: the end was cut off\n'],
    )
    writeFileSync(log, kept.toString().replace('"get"', '"set"'))
    const changed = await run(['audit', '--verify', '--json'])
    assert.is(changed.status, 1)
    assert.match(JSON.parse(changed.stdout).problem, /^audit\.jsonl:1 was changed/)
    assert.match((await run(['audit'])).stderr, 'warning: the log does not verify: audit.jsonl:1 was changed')
    writeFileSync(log, '')
    await run(['get', 'production', 'password'])
    const anew = await run(['audit', '--head', head])
    assert.equal(
      [anew.status, anew.stdout],
      [1, 'broken: record 2 is not the one that was the head: the log was written anew\n'],
    )
    assert.is((await run(['audit', '--head', 'x'])).status, 64)
  })

  test('nobody goes on with a log that was changed', async (context) => {
    const { run, log } = await auditedProject(context)
    await run(['get', 'staging', 'port'])
    const lines = readFileSync(log, 'utf8').trimEnd().split('\n')
    writeFileSync(log, `${lines[0]}\n${lines[1]?.replace('alice', 'alicf')}\n`)
    const { status, stderr } = await run(['get', 'staging', 'port'], { env: { SECRETS_AUDIT_REQUIRED: '1' } })
    assert.is(status, 69)
    assert.match(stderr, /its last line was changed; look at it \(secrets audit --verify\)/)
  })

  test('without a log it says how to keep one', async (context) => {
    const { run } = await auditedProject(context)
    const none = await run(['audit'], { env: { SECRETS_AUDIT: '' } })
    assert.equal([none.status, none.stdout], [61, ''])
    assert.match(none.stderr, 'no log is kept here')
    assert.match(none.stderr, 'SECRETS_AUDIT=file:/PATH')
    const elsewhere = await run(['audit'], { env: { SECRETS_AUDIT: 'syslog+udp://localhost:9' } })
    assert.match(elsewhere.stderr, 'look where they go: syslog+udp://localhost:9')
    assert.is((await run(['audit'])).status, 100)
  })

  test('git says who changed what', async (context) => {
    const { run } = await auditedProject(context)
    const { stdout } = await run(['audit', '--changes', 'production', '--changes', 'staging'])
    const lines = stdout.trimEnd().split('\n')
    assert.is(lines.length, 5, stdout)
    assert.match(
      lines.find((line) => line.includes('app.yaml')) ?? '',
      /^\d{4}-\d\d-\d\d +Test +[0-9a-f]{10} +production\/app\.yaml +password$/,
      stdout,
    )
    const list: readonly unknown[] = JSON.parse((await run(['audit', '--changes', 'staging', '--json'])).stdout)
    assert.is(list.length, 2)
    assert.is(
      (await run(['audit', '--changes', 'staging', '--who', 'Bob', '--format', 'csv'])).stdout.trim().split('\n')
        .length,
      1,
    )
    assert.not.match(stdout, 'm4rker')
  })
})
