/** The pipelines of the examples, without a service: what their policies allow, and what their files promise. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { type PolicyQuestion, policyAllows } from './support/aws-policy.ts'
import { projectRoot } from './support/imports.ts'
import { githubJob, gitlabJob } from './support/pipeline-job.ts'
import { runSecrets } from './support/run-secrets.ts'
import { suite } from './support/suite.ts'

const examples = join(projectRoot, 'examples')
const AWS = join(examples, 'aws-github-oidc')
const VAULT = join(examples, 'vault-jwt')
const ENVIRONMENTS = ['staging', 'production'] as const
const WORKFLOWS = [AWS, VAULT].map((folder) => join(folder, '.github', 'workflows', 'deploy.yml'))

interface Workflow {
  readonly permissions: object
  readonly jobs: Readonly<Record<string, { readonly environment?: string; readonly permissions: object }>>
}

function keyAllows(policy: string, role: string, action: string, environment = policy): boolean {
  const facts: PolicyQuestion['facts'] = environment === '' ? {} : { 'kms:EncryptionContext:environment': environment }
  const json = readFileSync(join(AWS, 'aws', `key-policy-${policy}.json`), 'utf8')
  return policyAllows(json, { principal: `arn:aws:iam::123456789012:role/${role}`, action, facts })
}

function trusts(role: string, issuer: string, sub: string, aud = 'sts.amazonaws.com'): boolean {
  return policyAllows(readFileSync(join(AWS, 'aws', `trust-${role}.json`), 'utf8'), {
    principal: `arn:aws:iam::123456789012:oidc-provider/${issuer}`,
    action: 'sts:AssumeRoleWithWebIdentity',
    facts: { [`${issuer}:aud`]: aud, [`${issuer}:sub`]: sub },
  })
}

suite('pipelines of the examples', (test) => {
  test('AWS: a pipeline may decrypt in its environment, with its context, and nothing else', () => {
    for (const environment of ENVIRONMENTS) {
      const role = `shop-deploy-${environment}`
      const other = environment === 'staging' ? 'production' : 'staging'
      assert.ok(keyAllows(environment, role, 'kms:Decrypt'))
      for (const action of [
        'kms:Encrypt',
        'kms:GenerateDataKey',
        'kms:CreateGrant',
        'kms:PutKeyPolicy',
        'kms:ReEncryptFrom',
      ]) {
        assert.not.ok(keyAllows(environment, role, action), action)
      }
      assert.not.ok(keyAllows(environment, role, 'kms:Decrypt', other))
      assert.not.ok(keyAllows(environment, role, 'kms:Decrypt', ''))
      assert.not.ok(keyAllows(other, role, 'kms:Decrypt'))
    }
  })

  test('AWS: people edit what is theirs; who administrates a key does not use it', () => {
    for (const action of ['kms:Encrypt', 'kms:Decrypt']) {
      assert.ok(keyAllows('staging', 'shop-developer', action))
      assert.not.ok(keyAllows('production', 'shop-developer', action))
      assert.ok(keyAllows('production', 'shop-operator', action))
      for (const environment of ENVIRONMENTS) assert.not.ok(keyAllows(environment, 'platform', action))
    }
    assert.ok(keyAllows('staging', 'platform', 'kms:PutKeyPolicy', ''), 'else nobody could ever change it')
  })

  test('AWS: a role is for one environment of one repository', () => {
    const github = 'token.actions.githubusercontent.com'
    for (const environment of ENVIRONMENTS) {
      const other = environment === 'staging' ? 'production' : 'staging'
      const sub = `repo:acme/shop:environment:${environment}`
      assert.ok(trusts(environment, github, sub))
      assert.not.ok(trusts(environment, github, sub, 'https://github.com/acme'))
      assert.not.ok(trusts(environment, 'gitlab.com', sub))
      for (const foreign of [
        `repo:acme/shop:environment:${other}`,
        `repo:acme/shop-fork:environment:${environment}`,
        `repo:mallory/shop:environment:${environment}`,
        'repo:acme/shop:pull_request',
        'repo:acme/shop:ref:refs/heads/main',
      ]) {
        assert.not.ok(trusts(environment, github, foreign), foreign)
      }
    }
    assert.ok(trusts('staging', 'gitlab.com', 'project_path:acme/shop:ref_type:branch:ref:main'))
    assert.ok(trusts('production', 'gitlab.com', 'project_path:acme/shop:ref_type:tag:ref:v1.0.0'))
    assert.not.ok(trusts('production', 'gitlab.com', 'project_path:acme/shop:ref_type:branch:ref:main'))
    assert.not.ok(trusts('staging', 'gitlab.com', 'project_path:acme/shop:ref_type:branch:ref:mainly'))
  })

  test('Vault: a role gives the policy of its environment, for ten minutes', () => {
    for (const environment of ENVIRONMENTS) {
      for (const system of ['github', 'gitlab']) {
        const file = join(VAULT, 'vault', 'roles', `${system}-${environment}.json`)
        // A role as Vault takes it.
        const role = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown> & { bound_claims: object }
        assert.equal(role['token_policies'], [`shop-open-${environment}`])
        assert.equal(role['bound_audiences'], ['https://vault.example.com'])
        assert.is(role['token_ttl'], '10m')
        assert.equal(Reflect.get(role.bound_claims, 'environment'), environment)
        assert.ok(Object.values(role.bound_claims).includes('acme/shop'))
      }
      const policy = readFileSync(join(VAULT, 'vault', 'policies', `open-${environment}.hcl`), 'utf8')
      assert.equal(
        [...policy.matchAll(/^path "(.+)"/gm)].map((match) => match[1]),
        [`transit/decrypt/shop-${environment}`],
      )
      assert.equal(
        [...policy.matchAll(/capabilities = (.+)/g)].map((match) => match[1]),
        ['["update"]'],
      )
    }
  })

  for (const file of WORKFLOWS) {
    test(`${file.slice(examples.length + 1)}: actions are pinned, and only jobs of an environment get a token`, () => {
      const text = readFileSync(file, 'utf8')
      const uses = [...text.matchAll(/^ +- uses: (.*)$/gm)].map((match) => match[1] ?? '')
      assert.ok(uses.length >= 6)
      for (const action of uses) assert.match(action, /^[\w.-]+\/[\w.-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/)
      // actionlint judges its form.
      const { permissions, jobs } = parse(text) as Workflow
      assert.equal(permissions, {})
      for (const [name, job] of Object.entries(jobs)) {
        const token = job.environment === undefined ? {} : { 'id-token': 'write' }
        assert.equal(job.permissions, { contents: 'read', ...token }, name)
        assert.is(job.environment, name === 'check' ? undefined : name)
      }
    })
  }

  test('each job runs its own environment, on both systems', () => {
    for (const folder of [AWS, VAULT]) {
      for (const environment of ENVIRONMENTS) {
        for (const job of [githubJob(folder, environment), gitlabJob(folder, environment)]) {
          assert.match(job.script, new RegExp(`^npx secrets run --upper-case ${environment} -- ./deploy.sh$`, 'm'))
        }
      }
    }
  })

  test('the files are in clear, as their pages say, and the configuration is one', async () => {
    for (const cwd of [AWS, VAULT]) {
      const { status, stdout, stderr } = await runSecrets(['recipients', 'list'], { cwd })
      assert.is(status, 0, stderr)
      assert.match(stdout, /staging-key/)
      assert.match(stdout, /production-key/)
      assert.match(readFileSync(join(cwd, 'secrets', 'production.yaml'), 'utf8'), /password: example-/)
    }
  })
})
