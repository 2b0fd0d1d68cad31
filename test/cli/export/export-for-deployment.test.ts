/** `secrets export` in the formats of what deploys: the options, the files, and what is said of them. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { type ProjectSandbox, projectSandbox } from '../../support/project-sandbox.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { type Outcome, run } from '../in-process.ts'

const FILES = {
  'staging/app.yaml': 'database:\n  password: p$w\n  port: 5432\nhosts: [a, b]\ntls.crt: cert\ntls.key: key\n',
  'staging/store.p12': Uint8Array.from([0, 255, 10]),
}

interface Exporting extends ProjectSandbox {
  readonly exported: (...args: readonly string[]) => Promise<Outcome>
}

async function exporting(context: Pick<TestContext, 'onCleanup'>): Promise<Exporting> {
  const project = await projectSandbox(context, FILES)
  const { folder: cwd, env } = project
  return { ...project, exported: async (...args) => run(['export', ...args], { cwd, env }) }
}

suite('export for what deploys', (test) => {
  test('a Secret of Kubernetes holds all files, binary ones under their own name', async (context) => {
    const { exported } = await exporting(context)
    const { status, stdout, stderr } = await exported('staging', '--format', 'kubernetes', '--name', 'shop')
    assert.is(status, 0, stderr)
    assert.equal(Object.keys(parse(stdout).data).sort(), [
      'database_password',
      'database_port',
      'hosts_0',
      'hosts_1',
      'store.p12',
      'tls.crt',
      'tls.key',
    ])
    assert.is(parse(stdout).data['store.p12'], 'AP8K')
  })

  test('one with a type has the entries that the type needs, by name or by a mapping', async (context) => {
    const { exported, write } = await exporting(context)
    const args = ['staging/app.yaml', '--format', 'kubernetes', '--name', 'shop-tls', '--type', 'tls']
    const tls = await exported(...args, '--only', '"tls.crt"', '--only', '"tls.key"')
    assert.is(tls.status, 0, tls.stderr)
    assert.equal(Object.keys(parse(tls.stdout).data), ['tls.crt', 'tls.key'])
    write('names.yaml', 'username: hosts[0]\npassword: database.password\n')
    const basic = await exported(...args.slice(0, -1), 'basic-auth', '--map', 'names.yaml')
    assert.is(basic.status, 0, basic.stderr)
    assert.equal(parse(basic.stdout).data, { username: 'YQ==', password: 'cCR3' })
    const wrong = await exported(...args, '--only', '"tls.crt"')
    assert.is(wrong.stdout, '')
    assert.match(wrong.stderr, /needs the key tls\.key/)
    assert.match((await exported('staging', '--format', 'kubernetes')).stderr, /--name NAME/)
    assert.match((await exported('staging', '--format', 'helm', '--name', 'x')).stderr, /--name is not for helm/)
  })

  test('trees keep their types', async (context) => {
    const { exported } = await exporting(context)
    const helm = await exported('staging/app.yaml', '--format', 'helm')
    assert.is(
      helm.stdout,
      'database:\n  password: "p$w"\n  port: 5432\nhosts:\n  - "a"\n  - "b"\n"tls.crt": "cert"\n"tls.key": "key"\n',
    )
    const only = ['staging/app.yaml', '--only', 'database', '--only', 'hosts']
    const hcl = await exported(...only, '--format', 'tfvars')
    assert.is(hcl.stdout, 'database = {\n  "password" = "p$w"\n  "port" = 5432\n}\nhosts = [\n  "a",\n  "b",\n]\n')
    const json = await exported(...only, '--format', 'tfvars-json')
    assert.equal(JSON.parse(json.stdout), { database: { password: 'p$w', port: 5432 }, hosts: ['a', 'b'] })
    const hole = await exported('staging/app.yaml', '--only', 'hosts[1]', '--format', 'helm')
    assert.match(hole.stderr, /hosts\[0\].*would take its place/)
    const named = await exported('staging/app.yaml', '--format', 'tfvars')
    assert.is(named.stdout, '')
    assert.match(named.stderr, /"tls\.crt": a variable of Terraform.*\n.*"tls\.key": a variable of Terraform/)
  })

  for (const format of ['docker-secrets', 'systemd-credentials']) {
    test(`${format}: a folder has a private file for each value`, async (context) => {
      const { exported, folder } = await exporting(context)
      const written = await exported('staging', '--format', format, '--output', 'out/')
      assert.is(written.status, 0, written.stderr)
      assert.match(written.stderr, /wrote 7 values in clear to out\//)
      const out = join(folder, 'out')
      assert.equal(readFileSync(join(out, 'store.p12')), Buffer.from([0, 255, 10]))
      assert.is(readFileSync(join(out, 'database_password'), 'utf8'), 'p$w')
      if (process.platform !== 'win32') {
        for (const name of readdirSync(out)) assert.is(statSync(join(out, name)).mode & 0o777, 0o600, name)
        assert.is(statSync(out).mode & 0o777, 0o700)
      }
      const again = await exported(
        'staging',
        '--format',
        format,
        '--output',
        'out',
        '--except',
        'hosts',
        '--except',
        'store.p12',
      )
      assert.is(again.status, 0, again.stderr)
      assert.match(again.stderr, /in out, and not of this export: hosts_0, hosts_1, store\.p12/)
      const printed = await exported('staging', '--format', format)
      assert.is(printed.stdout, '')
      assert.match(printed.stderr, /--output FOLDER/)
    })
  }
})
