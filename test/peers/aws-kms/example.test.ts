/** examples/aws-github-oidc, played: the keys of its setup, the roles and keys judged by its policies, the scripts of its pipelines. */
import { cpSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { projectRoot } from '../../support/imports.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { githubJob, gitlabJob } from '../../support/pipeline-job.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { awsGate } from '../support/aws-gate.ts'
import { moto } from '../support/moto.ts'
import { type OidcIssuer, oidcIssuer } from '../support/oidc-issuer.ts'
import { runJob } from '../support/run-job.ts'

const EXAMPLE = join(projectRoot, 'examples', 'aws-github-oidc')
const ACTION = 'aws-actions/configure-aws-credentials'
/** What stands for the metadata service must not be waited for. */
const SHARED = { AWS_EC2_METADATA_DISABLED: 'true', AWS_REGION: 'us-east-1' }

interface Shop {
  readonly folder: string
  /** Of an administrator, who talks to AWS directly. */
  readonly env: Readonly<Record<string, string>>
  /** Address of AWS as pipelines see it. */
  readonly gate: string
  readonly issuer: OidcIssuer
}

/** A copy, encrypted by somebody who may. */
async function encryptedShop(context: TestContext): Promise<Shop> {
  const folder = join(temporaryFolder(context), 'shop')
  cpSync(EXAMPLE, folder, { recursive: true })
  const { address, env } = await moto(context)
  // Not the copy: where the example stands, the client of AWS is found.
  const own = { cwd: folder, env: isolatedEnvironment(folder, { ...SHARED, ...env }) }
  const made = await runProgram(process.execPath, [join(EXAMPLE, 'setup.js')], own)
  assert.is(made.status, 0, made.stderr)
  assert.is(made.stdout, 'alias/shop-staging\nalias/shop-production\n')
  const encrypted = await runSecrets(['encrypt'], { cwd: folder, env })
  assert.is(encrypted.status, 0, encrypted.stderr)
  const gate = await awsGate(address, join(folder, 'aws'), context)
  return { folder, env, gate, issuer: await oidcIssuer(context) }
}

const GITHUB = 'https://token.actions.githubusercontent.com'

/** What the action does: the job's token for a session of the role. Gives its variables, or the status of the refusal. */
async function configured({ gate, issuer }: Shop, role: string, sub: string): Promise<Record<string, string> | number> {
  const token = issuer.token('sts.amazonaws.com', { iss: GITHUB, sub })
  const fields = { Action: 'AssumeRoleWithWebIdentity', Version: '2011-06-15', RoleSessionName: 'GitHubActions' }
  const body = new URLSearchParams({ ...fields, RoleArn: role, WebIdentityToken: token })
  const answer = await fetch(gate, { method: 'POST', body })
  const text = await answer.text()
  if (!answer.ok) return answer.status
  const field = (name: string): string => new RegExp(`<${name}>([^<]+)<`).exec(text)?.[1] ?? ''
  return {
    AWS_ACCESS_KEY_ID: field('AccessKeyId'),
    AWS_SECRET_ACCESS_KEY: field('SecretAccessKey'),
    AWS_SESSION_TOKEN: field('SessionToken'),
  }
}

suite('the example of AWS and GitHub', (test) => {
  test('a job of GitHub opens its environment and no other', async (context) => {
    const shop = await encryptedShop(context)
    for (const [name, other] of [
      ['staging', 'production'],
      ['production', 'staging'],
    ] as const) {
      const job = githubJob(shop.folder, name)
      const role = job.inputsOf(ACTION)['role-to-assume'] ?? ''
      const session = await configured(shop, role, `repo:acme/shop:environment:${name}`)
      assert.ok(typeof session === 'object', JSON.stringify(session))
      const env = { ...SHARED, ...session, AWS_ENDPOINT_URL: shop.gate }
      assertDeployed(await runJob(job, shop.folder, env, context), name)
      const refused = await runJob(githubJob(shop.folder, other), shop.folder, env, context)
      assert.is(refused.status, 128)
      assert.is(refused.stdout, '')
      assert.match(refused.stderr, new RegExp(`${other}-key`))
      assert.match(refused.stderr, /access was denied \(AccessDeniedException\).*allow kms:Decrypt on the key/)
      for (const sub of ['repo:acme/shop:pull_request', `repo:mallory/shop:environment:${name}`]) {
        assert.is(await configured(shop, role, sub), 403, sub)
      }
    }
  }, 180)

  test('a job of GitLab does by its token file, and a branch gets no production', async (context) => {
    const shop = await encryptedShop(context)
    const run = async (name: string, ref: string): Promise<ProgramResult> => {
      const job = gitlabJob(shop.folder, name)
      const { AWS_ID_TOKEN: audience = '' } = job.audiences
      const sub = `project_path:acme/shop:ref_type:${ref}`
      const given = {
        ...SHARED,
        AWS_ENDPOINT_URL: shop.gate,
        AWS_ID_TOKEN: shop.issuer.token(audience, { iss: 'https://gitlab.com', sub }),
        AWS_WEB_IDENTITY_TOKEN_FILE: join(temporaryFolder(context), 'token'),
      }
      return runJob(job, shop.folder, given, context)
    }
    assertDeployed(await run('staging', 'branch:ref:main'), 'staging')
    assertDeployed(await run('production', 'tag:ref:v1.2.0'), 'production')
    for (const [name, ref] of [
      ['production', 'branch:ref:main'],
      ['staging', 'branch:ref:feature'],
      ['production', 'tag:ref:nightly'],
    ] as const) {
      const refused = await run(name, ref)
      assert.is(refused.status, 128, refused.stderr)
      assert.is(refused.stdout, '')
      assert.match(refused.stderr, new RegExp(`${name}-key`))
      assert.match(refused.stderr, /AWS_WEB_IDENTITY_TOKEN_FILE: .*AccessDenied/)
    }
  }, 180)

  test('sops opens what the example encrypted, with the context in it', async (context) => {
    const { folder, env } = await encryptedShop(context)
    const args = ['--disable-version-check', 'decrypt', '--extract', '["database"]["user"]', 'secrets/production.yaml']
    const options = { cwd: folder, env: isolatedEnvironment(folder, env) }
    const { status, stdout, stderr } = await runProgram(needPeer('sops', context), args, options)
    assert.is(status, 0, stderr)
    assert.is(stdout, 'shop')
  }, 180)
})

function assertDeployed({ status, stdout, stderr }: ProgramResult, name: string): void {
  assert.is(status, 0, stderr)
  const length = `example-${name}-password`.length
  assert.match(stdout, new RegExp(`^deployed: the password has ${length} characters$`, 'm'))
  assert.not.match(stdout + stderr, /example-/)
}
