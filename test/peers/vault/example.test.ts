/** examples/vault-jwt, played: its setup on a real Vault, and the scripts of its pipelines with tokens that Vault checks. */
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { projectRoot } from '../../support/imports.ts'
import { isolatedEnvironment, pathWith } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { githubJob, gitlabJob } from '../../support/pipeline-job.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { runSecrets } from '../../support/run-secrets.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { type OidcIssuer, oidcIssuer } from '../support/oidc-issuer.ts'
import { runJob } from '../support/run-job.ts'
import { vaultServer } from '../support/vault-server.ts'

const EXAMPLE = join(projectRoot, 'examples', 'vault-jwt')

interface Shop {
  readonly folder: string
  readonly issuer: OidcIssuer
  /** `secrets` with a token that has these policies. */
  readonly secrets: (policies: readonly string[], ...args: readonly string[]) => Promise<ProgramResult>
}

/** A copy on a Vault that the example's own script has set up. */
async function shopOnVault(context: TestContext): Promise<Shop> {
  const folder = join(temporaryFolder(context), 'shop')
  cpSync(EXAMPLE, folder, { recursive: true })
  // One after the other: what starts beside a test that is skipped, nobody stops.
  const { address, admin } = await vaultServer(context)
  const issuer = await oidcIssuer(context)
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (/\.(secretsrc|ya?ml)$/.test(name)) rename(join(folder, name), address)
  }
  const setUp = await runProgram(needPeer('sh', context), [join(folder, 'vault', 'setup.sh')], {
    cwd: folder,
    env: isolatedEnvironment(folder, {
      PATH: pathWith(join(needPeer('vault', context), '..')),
      VAULT_ADDR: address,
      VAULT_TOKEN: 'root',
      GITHUB_ISSUER: issuer.address,
      GITLAB_ISSUER: issuer.address,
    }),
  })
  assert.is(setUp.status, 0, setUp.stderr)
  const secrets: Shop['secrets'] = async (policies, ...args) => {
    const made = await admin('POST', 'auth/token/create', { policies, no_default_policy: true, ttl: '5m' })
    const env = { VAULT_ADDR: address, VAULT_TOKEN: made.auth?.client_token }
    return runSecrets(args, { cwd: folder, env })
  }
  return { folder, issuer, secrets }
}

function rename(file: string, address: string): void {
  const text = readFileSync(file, 'utf8')
  writeFileSync(file, text.replaceAll('https://vault.example.com:8200', address))
}

async function encryptedShop(context: TestContext): Promise<Shop> {
  const shop = await shopOnVault(context)
  const encrypted = await shop.secrets(['shop-edit-staging', 'shop-edit-production'], 'encrypt')
  assert.is(encrypted.status, 0, encrypted.stderr)
  return shop
}

const PAIRS = [
  ['staging', 'production'],
  ['production', 'staging'],
] as const

suite('the example of Vault and the identity of pipelines', (test) => {
  test('its policies let people edit one environment, and open no more', async (context) => {
    const { secrets } = await shopOnVault(context)
    const half = await secrets(['shop-edit-staging'], 'encrypt')
    assert.is.not(half.status, 0)
    assert.match(half.stderr, /access was denied.*allow update on transit\/encrypt\/shop-production/s)
    assert.is((await secrets(['shop-edit-staging'], 'encrypt', 'staging')).status, 0)
    assert.is((await secrets(['shop-edit-production'], 'encrypt', 'production')).status, 0)
    assert.is((await secrets(['shop-edit-staging'], 'set', '--generate', 'hex', 'staging', 'token')).status, 0)
    assert.is((await secrets(['shop-open-staging'], 'get', 'staging', 'database.user')).stdout, 'shop-staging')
    const pipeline = await secrets(['shop-open-staging'], 'rotate', 'staging')
    assert.match(pipeline.stderr, /allow update on transit\/encrypt\/shop-staging/)
    assert.is((await secrets(['shop-open-staging'], 'get', 'production', 'database.user')).status, 128)
  }, 180)

  test('a job of GitHub opens its environment and no other', async (context) => {
    const { folder, issuer } = await encryptedShop(context)
    for (const [name, other] of PAIRS) {
      const claims = { sub: `repo:acme/shop:environment:${name}`, repository: 'acme/shop', environment: name }
      const job = githubJob(folder, name)
      const deployed = await runJob(job, folder, issuer.githubVariables(claims), context)
      assertDeployed(deployed, name)
      assert.match(deployed.stdout, /^::add-mask::eyJ/)
      // What a changed workflow may try: the role of this job for the files of the other, and the role of the other.
      const script = job.script.replace(`run --upper-case ${name}`, `run --upper-case ${other}`)
      const refused = await runJob({ ...job, script }, folder, issuer.githubVariables(claims), context)
      assertRefused(refused, other, /access was denied.*allow update on transit\/decrypt\/shop-/)
      const asked = await runJob(githubJob(folder, other), folder, issuer.githubVariables(claims), context)
      assertRefused(asked, other, /VAULT_JWT \(auth\/github\): .*check the role/)
      const fork = issuer.githubVariables({ ...claims, repository: 'mallory/shop' })
      assertRefused(await runJob(job, folder, fork, context), name, /VAULT_JWT \(auth\/github\): .*check the role/)
    }
  }, 180)

  test('a job of GitLab does, from protected branches and tags alone', async (context) => {
    const { folder, issuer } = await encryptedShop(context)
    for (const [name, other] of PAIRS) {
      const claims = { sub: 'x', project_path: 'acme/shop', environment: name, ref_protected: 'true' }
      const job = gitlabJob(folder, name)
      const given = (more: Record<string, string>): Record<string, string> => ({
        VAULT_ID_TOKEN: issuer.token(job.audiences['VAULT_ID_TOKEN'] ?? '', { ...claims, ...more }),
      })
      assertDeployed(await runJob(job, folder, given({}), context), name)
      for (const more of [{ ref_protected: 'false' }, { project_path: 'mallory/shop' }, { environment: other }]) {
        const refused = await runJob(job, folder, given(more), context)
        assertRefused(refused, name, /VAULT_ID_TOKEN \(auth\/gitlab\): .*check the role/)
      }
      const foreign = { VAULT_ID_TOKEN: issuer.token('https://elsewhere.example', claims) }
      assertRefused(await runJob(job, folder, foreign, context), name, /check the role/)
    }
  }, 180)

  test('a file that names another Vault gets no token', async (context) => {
    const { folder, issuer } = await encryptedShop(context)
    const file = join(folder, 'secrets', 'staging.yaml')
    writeFileSync(file, readFileSync(file, 'utf8').replace(/vault_address: \S+/, 'vault_address: http://127.0.0.1:9'))
    const claims = { sub: 'x', repository: 'acme/shop', environment: 'staging' }
    const refused = await runJob(githubJob(folder, 'staging'), folder, issuer.githubVariables(claims), context)
    assert.is(refused.status, 128)
    assert.match(refused.stderr, /127\.0\.0\.1:9.*SECRETS_VAULT_ALLOWLIST/s)
  }, 180)
})

function assertDeployed({ status, stdout, stderr }: ProgramResult, name: string): void {
  assert.is(status, 0, stderr)
  const length = `example-${name}-password`.length
  assert.match(stdout, new RegExp(`^deployed: the password has ${length} characters$`, 'm'))
  assert.not.match(stdout + stderr, /example-(staging|production)/)
}

function assertRefused({ status, stdout, stderr }: ProgramResult, name: string, why: RegExp): void {
  assert.is(status, 128, stderr)
  assert.not.match(stdout, /deployed/)
  assert.match(stderr, new RegExp(`${name}-key`))
  assert.match(stderr, why)
}
