import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { type AuditSurroundings, readAuditSettings, readSettingsFile } from '../../src/audit/settings/read-settings.ts'
import { systemSettingsPath, userSettingsPath } from '../../src/audit/settings/settings-places.ts'
import type { SinkSettings } from '../../src/audit/settings/sink-settings.ts'
import { isSecretsError, type SecretsError } from '../../src/core/errors.ts'
import { suite } from '../support/suite.ts'
import { temporaryFolder } from '../support/temporary-folder.ts'

const HERE: AuditSurroundings = { env: {}, platform: 'linux', home: '/home/a', systemSettings: undefined }

function sinks(text: string): readonly SinkSettings[] {
  return readSettingsFile(Buffer.from(`version: 1\naudit:\n${text}`), 'config.yaml', HERE).sinks
}

function problem(text: string, head = 'version: 1\naudit:\n'): SecretsError {
  try {
    readSettingsFile(Buffer.from(head + text), 'config.yaml', HERE)
  } catch (error) {
    if (isSecretsError(error)) return error
    throw error
  }
  throw new Error(`no problem: ${text}`)
}

async function ofVariables(env: Readonly<Record<string, string>>): Promise<readonly SinkSettings[]> {
  return (await readAuditSettings({ ...HERE, home: '/nowhere', env })).sinks
}

function at(platform: NodeJS.Platform, env: Readonly<Record<string, string>>): string {
  return userSettingsPath({ platform, env, home: join('/home', 'a') }).replaceAll('\\', '/')
}

suite('settings of the audit log', (test) => {
  test('a file names sinks of each kind', () => {
    const found = sinks(`  required: true
  sinks:
    - /var/log/openings.jsonl
    - { to: 'file:~/openings.jsonl', required: false, rotate: 2, keep: 3 }
    - { to: 'syslog:', facility: local3 }
    - { to: 'syslog+udp://[::1]:1514', required: false }
    - { to: 'https://audit.example.org/openings', token: { variable: AUDIT_TOKEN } }
    - { to: 'postgres://audit@db.example.org/audit', password: { file: /etc/password }, table: both }
`)
    assert.equal(found, [
      {
        kind: 'file',
        name: '/var/log/openings.jsonl',
        path: '/var/log/openings.jsonl',
        required: true,
        rotateAt: 64 << 20,
        keep: undefined,
      },
      {
        kind: 'file',
        name: '/home/a/openings.jsonl',
        path: '/home/a/openings.jsonl',
        required: false,
        rotateAt: 2 << 20,
        keep: 3,
      },
      {
        kind: 'syslog',
        name: 'syslog:/dev/log',
        to: { transport: 'unix', path: '/dev/log' },
        required: true,
        facility: 19,
      },
      {
        kind: 'syslog',
        name: 'syslog+udp://[::1]:1514',
        to: { transport: 'udp', host: '::1', port: 1514 },
        required: false,
        facility: 10,
      },
      {
        kind: 'http',
        name: 'https://audit.example.org/openings',
        url: 'https://audit.example.org/openings',
        required: true,
        token: { variable: 'AUDIT_TOKEN' },
      },
      {
        kind: 'postgres',
        name: 'postgres://db.example.org/audit',
        url: 'postgres://audit@db.example.org/audit',
        required: true,
        password: { file: '/etc/password' },
        table: 'both',
      },
    ])
  })

  test('every mistake has its place', () => {
    const cases: readonly (readonly [string, string])[] = [
      ['  sink: []\n', 'unknown key "sink" in audit'],
      ['  required: perhaps\n', 'required must be true or false'],
      ['  sinks: [{}]\n', 'a sink says not where to'],
      ['  sinks: [relative.jsonl]\n', 'the address of the sink is no address of a log'],
      ['  sinks: ["file:relative.jsonl"]\n', 'the address of the sink names no absolute path'],
      ['  sinks: ["http://audit.example.org/"]\n', 'the address of the sink is not protected on its way'],
      ['  sinks: ["https://a:b@audit.example.org/"]\n', 'the address of the sink holds a user or a password'],
      ['  sinks: ["postgres://db/a?table=other"]\n', 'the address of the sink names a table that is not known'],
      [
        '  sinks: [{ to: "syslog+udp://h", required: true }]\n',
        'a log by UDP cannot be required: nobody says whether a record arrived',
      ],
      ['  sinks: [{ to: "syslog:", facility: kernel }]\n', 'a facility that is not known'],
      ['  sinks: [{ to: "syslog:", rotate: 1 }]\n', 'rotate means nothing for syslog:/dev/log'],
      ['  sinks: [{ to: "https://h/", token: abc }]\n', 'token must not stand here itself'],
      [
        '  sinks: [{ to: "https://h/", token: { variable: A, file: b } }]\n',
        'token must name either a variable or a file',
      ],
    ]
    for (const [text, message] of cases) {
      const error = problem(text)
      assert.equal([error.code, error.message], ['CONFIG_INVALID', message])
      assert.is(error.place.file, 'config.yaml')
      assert.is(error.place.line, 3, message)
    }
    assert.match(
      problem('  sinks: ["https://a:s3cret@h/", "postgres://u:s3cret@h:x/"]\n').details.join(),
      /^(?!.*s3cret)/,
    )
    assert.is(problem('audit: {}', '').message, 'the configuration says no version that is known')
  })

  test('variables name sinks for a runner', async () => {
    const env = {
      SECRETS_AUDIT: 'syslog+tls://logs.example.org  https://audit.example.org/x postgres://u@db/a?table=sops',
      SECRETS_AUDIT_REQUIRED: '1',
      SECRETS_AUDIT_TOKEN: 't',
      SECRETS_AUDIT_PASSWORD_FILE: '/run/password',
    }
    const found = await ofVariables(env)
    assert.equal(
      found.map(({ name, required }) => [name, required]),
      [
        ['syslog+tls://logs.example.org:6514', true],
        ['https://audit.example.org/x', true],
        ['postgres://db/a', true],
      ],
    )
    assert.equal(found[1]?.kind === 'http' && found[1].token, { variable: 'SECRETS_AUDIT_TOKEN' })
    assert.equal(found[2]?.kind === 'postgres' && [found[2].password, found[2].table, found[2].url], [
      { file: '/run/password' },
      'sops',
      'postgres://u@db/a',
    ])
    assert.equal(await ofVariables({ SECRETS_AUDIT: ' ' }), [])
    for (const wrong of ['s3cret', 'ftp://u:s3cret@h/']) {
      const error = await ofVariables({ SECRETS_AUDIT: wrong }).then(String, (thrown: unknown) => thrown)
      assert.ok(isSecretsError(error) && error.code === 'CONFIG_INVALID')
      assert.not.match(`${error.message} ${error.hint}`, 's3cret')
    }
  })

  test('the machine, the user and the environment add up; none takes from another', async (context) => {
    const folder = temporaryFolder(context)
    const system = join(folder, 'system.yaml')
    const user = join(folder, 'user.yaml')
    writeFileSync(system, 'version: 1\naudit: { names: false, sinks: [{ to: /a/system, required: true }] }\n')
    writeFileSync(user, 'version: 1\naudit: { sinks: [/a/user, { to: /a/system, required: false, keep: 1 }] }\n')
    const env = { SECRETS_AUDIT_CONFIG: user, SECRETS_AUDIT: 'file:/a/variable', SECRETS_AUDIT_REQUIRED: 'false' }
    const settings = await readAuditSettings({ ...HERE, env, systemSettings: system })
    assert.equal(
      settings.sinks.map(({ name, required }) => [name, required]),
      [
        ['/a/system', true],
        ['/a/user', false],
        ['/a/variable', false],
      ],
    )
    assert.equal(settings.sinks[0]?.kind === 'file' && settings.sinks[0].keep, undefined)
    assert.is(settings.names, false)
    const missing = await readAuditSettings({ ...HERE, env: { SECRETS_AUDIT_CONFIG: join(folder, 'none') } }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )
    assert.ok(isSecretsError(missing) && missing.code === 'FILE_NOT_FOUND')
  })

  test('each system has its own places, and no variable moves the one of the machine', () => {
    assert.is(systemSettingsPath('linux'), '/etc/secretsrc/config.yaml')
    assert.is(systemSettingsPath('win32'), 'C:\\ProgramData\\secretsrc\\config.yaml')
    assert.is(at('linux', {}), '/home/a/.config/secretsrc/config.yaml')
    assert.is(at('darwin', {}), '/home/a/.config/secretsrc/config.yaml')
    assert.is(at('linux', { XDG_CONFIG_HOME: '/x' }), '/x/secretsrc/config.yaml')
    assert.is(at('win32', { APPDATA: '/roaming' }), '/roaming/secretsrc/config.yaml')
    assert.is(at('linux', { SECRETS_AUDIT_CONFIG: '/own.yaml' }), '/own.yaml')
  })
})
