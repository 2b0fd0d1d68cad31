/** The snippets of the documents are what they say they are, and their policies are as narrow as the text says. */
import * as assert from 'uvu/assert'
import { parseAllDocuments } from 'yaml'
import { fieldOf } from '../src/keys/http-client.ts'
import { policyAllows } from './support/aws-policy.ts'
import { filesBelow, readProjectFile } from './support/imports.ts'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { type CodeBlock, codeBlocks } from './support/markdown.ts'
import { peer } from './support/peer.ts'
import { runProgram } from './support/run-program.ts'
import { suite } from './support/suite.ts'
import { temporaryFolder } from './support/temporary-folder.ts'

const documents = ['README.md', 'CONTRIBUTING.md', ...filesBelow('docs', '.md'), ...filesBelow('examples', '.md')]

function blocksOf(document: string, language: string): readonly CodeBlock[] {
  return codeBlocks(readProjectFile(document)).filter((block) => block.language === language)
}

/** The JSON blocks of the page about key services that have a field. */
function withField(name: string): readonly string[] {
  const texts = blocksOf('docs/keys-cloud.md', 'json').map(({ text }) => text)
  return texts.filter((text) => fieldOf(JSON.parse(text), name) !== undefined)
}

/** The trust policy of the page that names an issuer. */
function trustOf(issuer: string): string {
  const [found = '', ...more] = withField('Statement').filter((text) => text.includes(`oidc-provider/${issuer}`))
  assert.equal(more, [])
  return found
}

suite('snippets of the documents', (test) => {
  for (const name of documents) {
    test(`${name}: JSON and YAML can be read, and a shell takes its command lines`, async (context) => {
      for (const { text, line } of blocksOf(name, 'json')) {
        assert.not.throws(() => void JSON.parse(text), `line ${line}`)
      }
      // A file in conflict is shown as git leaves it.
      for (const { text, line } of blocksOf(name, 'yaml').filter((block) => !/^<{7} /m.test(block.text))) {
        const problems = parseAllDocuments(text).flatMap(({ errors }) => errors)
        assert.equal(problems, [], `line ${line}`)
      }
      const shell = peer('sh')
      const folder = temporaryFolder(context)
      for (const { text, line } of 'path' in shell ? blocksOf(name, 'sh') : []) {
        const options = { cwd: folder, env: isolatedEnvironment(folder), stdin: text }
        const { status, stderr } = await runProgram('path' in shell ? shell.path : '', ['-n'], options)
        assert.is(status, 0, `line ${line}: ${stderr}`)
      }
    })
  }

  test('blocks are found with their languages and lines', () => {
    const text = 'a\n```sh\none\n\ntwo\n```\n```json\n{}\n```\n'
    assert.equal(codeBlocks(text), [
      { line: 3, language: 'sh', text: 'one\n\ntwo' },
      { line: 8, language: 'json', text: '{}' },
    ])
  })

  test('the key policy of AWS: pipelines decrypt, people encrypt too, administrators neither', () => {
    const [policy = '', ...more] = withField('Statement').filter((text) => text.includes('kms:PutKeyPolicy'))
    assert.equal(more, [])
    const allows = (role: string, action: string, environment: string): boolean => {
      const facts = { 'kms:EncryptionContext:environment': environment }
      return policyAllows(policy, { principal: `arn:aws:iam::111122223333:role/${role}`, action, facts })
    }
    assert.ok(allows('deploy-production', 'kms:Decrypt', 'production'))
    assert.not.ok(allows('deploy-production', 'kms:Decrypt', 'staging'))
    assert.not.ok(allows('deploy-production', 'kms:Encrypt', 'production'))
    assert.ok(allows('developer', 'kms:Encrypt', 'production'))
    assert.not.ok(allows('developer', 'kms:GenerateDataKey', 'production'))
    for (const action of ['kms:Decrypt', 'kms:Encrypt']) assert.not.ok(allows('platform', action, 'production'))
  })

  test('the trust policies of AWS: one project, one purpose, one audience', () => {
    for (const [issuer, subject, foreign] of [
      ['token.actions.githubusercontent.com', 'repo:acme/app:environment:production', 'repo:acme/app:pull_request'],
      ['gitlab.com', 'project_path:acme/app:ref_type:tag:ref:v1', 'project_path:acme/app:ref_type:branch:ref:main'],
    ] as const) {
      const principal = `arn:aws:iam::111122223333:oidc-provider/${issuer}`
      const allows = (sub: string, aud: string): boolean => {
        const facts = { [`${issuer}:sub`]: sub, [`${issuer}:aud`]: aud }
        return policyAllows(trustOf(issuer), { principal, action: 'sts:AssumeRoleWithWebIdentity', facts })
      }
      assert.ok(allows(subject, 'sts.amazonaws.com'))
      assert.not.ok(allows(subject, 'https://elsewhere.example'))
      assert.not.ok(allows(foreign, 'sts.amazonaws.com'))
      assert.not.ok(allows(subject.replace('acme', 'mallory'), 'sts.amazonaws.com'))
    }
  })

  test('the roles of Vault and Azure ask for an audience and for a project', () => {
    const vault = withField('bound_audiences')
    assert.is(vault.length, 2)
    for (const role of vault) {
      const claims = fieldOf(JSON.parse(role), 'bound_claims')
      assert.ok(Object.values(claims ?? {}).includes('acme/app'), role)
      assert.is(fieldOf(claims, 'environment'), 'production')
    }
    const azure = withField('issuer')
    assert.is(azure.length, 2)
    for (const credential of azure) {
      assert.match(String(fieldOf(JSON.parse(credential), 'subject')), /acme\/app/)
      assert.equal(fieldOf(JSON.parse(credential), 'audiences'), ['api://AzureADTokenExchange'])
    }
    const [opener = ''] = withField('DataActions')
    assert.equal(fieldOf(JSON.parse(opener), 'DataActions'), ['Microsoft.KeyVault/vaults/keys/decrypt/action'])
  })
})
