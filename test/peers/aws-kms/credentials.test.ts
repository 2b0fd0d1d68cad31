/** The default chain of AWS, each place of it for us and for sops. */
import { createHash } from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { CreateKeyCommand } from '@aws-sdk/client-kms'
import * as assert from 'uvu/assert'
import { httpStub } from '../../keys/support/http-stub.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { runProgram } from '../../support/run-program.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { moto } from '../support/moto.ts'

const UNTIL = new Date(Date.now() + 3_600_000).toISOString()

interface Place {
  /** What is in the environment, beside the address of moto and a home folder. */
  readonly env: Readonly<Record<string, string>>
  /** How often it was asked. */
  readonly asked: () => number
}

/** An address that gives credentials as containers get them, for the right token only. */
async function container(context: TestContext): Promise<Place> {
  const stub = await httpStub(context, ({ headers }) =>
    headers.authorization === 'token of the pod'
      ? { body: { AccessKeyId: 'ASIA', SecretAccessKey: 's', Token: 't', Expiration: UNTIL } }
      : { status: 401 },
  )
  const file = join(temporaryFolder(context), 'token')
  writeFileSync(file, 'token of the pod')
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: `${stub.address}/credentials`,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
  }
  return { env, asked: () => stub.requests.length }
}

/** The metadata service of a virtual machine (its second version, with a session token). */
async function instance(context: TestContext): Promise<Place> {
  const role = { Code: 'Success', AccessKeyId: 'ASIA', SecretAccessKey: 's', Token: 't', Expiration: UNTIL }
  const stub = await httpStub(context, ({ path, method, headers }) => {
    if (method === 'PUT') return { body: 'session', headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '21600' } }
    if (headers['x-aws-ec2-metadata-token'] !== 'session') return { status: 401 }
    if (path.endsWith('/security-credentials/')) return { body: 'deploy' }
    return path.endsWith('/security-credentials/deploy') ? { body: role } : { status: 404 }
  })
  return { env: { AWS_EC2_METADATA_SERVICE_ENDPOINT: stub.address }, asked: () => stub.requests.length }
}

/** What `aws sso login` leaves behind, and the portal that takes it. */
async function signOn(context: TestContext): Promise<Place> {
  const stub = await httpStub(context, ({ headers }) =>
    headers['x-amz-sso_bearer_token'] === 'signed on'
      ? {
          body: {
            roleCredentials: {
              accessKeyId: 'ASIA',
              secretAccessKey: 's',
              sessionToken: 't',
              expiration: Date.parse(UNTIL),
            },
          },
        }
      : { status: 401 },
  )
  const home = temporaryFolder(context)
  const cache = join(home, '.aws', 'sso', 'cache')
  mkdirSync(cache, { recursive: true })
  const config = [
    '[sso-session team]',
    'sso_start_url = https://team.example',
    'sso_region = eu-west-1',
    '[profile work]',
  ]
  const role = [
    'sso_session = team',
    'sso_account_id = 123456789012',
    'sso_role_name = developer',
    'region = eu-west-1',
  ]
  writeFileSync(join(home, '.aws', 'config'), [...config, ...role, ''].join('\n'))
  const name = createHash('sha1').update('team').digest('hex')
  writeFileSync(join(cache, `${name}.json`), JSON.stringify({ accessToken: 'signed on', expiresAt: UNTIL }))
  const env = { HOME: home, USERPROFILE: home, AWS_PROFILE: 'work', AWS_ENDPOINT_URL_SSO: stub.address }
  return { env, asked: () => stub.requests.length }
}

/** A program of the user's own configuration. */
function program(context: TestContext): Promise<Place> {
  const home = temporaryFolder(context)
  const log = join(home, 'asked')
  const json = JSON.stringify({
    Version: 1,
    AccessKeyId: 'ASIA',
    SecretAccessKey: 's',
    SessionToken: 't',
    Expiration: UNTIL,
  })
  writeFileSync(
    join(home, 'print.cjs'),
    `require('node:fs').appendFileSync(${JSON.stringify(log)}, 'x');console.log(${JSON.stringify(json)})`,
  )
  mkdirSync(join(home, '.aws'))
  writeFileSync(
    join(home, '.aws', 'config'),
    `[default]\ncredential_process = ${process.execPath} ${join(home, 'print.cjs')}\n`,
  )
  return Promise.resolve({ env: { HOME: home, USERPROFILE: home }, asked: () => readFileSync(log).length })
}

const PLACES: Readonly<Record<string, (context: TestContext) => Promise<Place>>> = {
  'a container': container,
  'a virtual machine': instance,
  'aws sso login': signOn,
  credential_process: program,
}

suite('credentials of AWS, beside sops', (test) => {
  for (const [name, make] of Object.entries(PLACES)) {
    test(`${name}: opens what sops wrapped, and the other way round`, async (context) => {
      const sops = needPeer('sops', context)
      const { address, client } = await moto(context)
      const { KeyMetadata } = await client.send(new CreateKeyCommand({}))
      const arn = KeyMetadata?.Arn ?? ''
      const { env, asked } = await make(context)
      const cwd = temporaryFolder(context)
      const all = { AWS_ENDPOINT_URL: address, ...env }
      writeFileSync(join(cwd, 'ours.yaml'), 'a: 1\n')
      writeFileSync(join(cwd, 'theirs.yaml'), 'a: 2\n')
      const encrypted = await runSecrets(['encrypt', '--recipient', arn, 'ours.yaml'], { cwd, env: all })
      assert.is(encrypted.status, 0, encrypted.stderr)
      const once = asked()
      assert.ok(once > 0, 'nobody else gave the credentials')
      const own = isolatedEnvironment(join(cwd, '.home'), { SOPS_DISABLE_VERSION_CHECK: '1', ...all })
      const theirs = await runProgram(sops, ['encrypt', '-i', '--kms', arn, 'theirs.yaml'], { cwd, env: own })
      assert.is(theirs.status, 0, theirs.stderr)
      const read = await runProgram(sops, ['decrypt', 'ours.yaml'], { cwd, env: own })
      assert.is(read.stdout, 'a: 1\n', read.stderr)
      const got = await runSecrets(['get', 'theirs.yaml', 'a'], { cwd, env: all })
      assert.is(got.stdout, '2', got.stderr)
      assert.ok(asked() > once)
    }, 180)
  }
})
