/** Workflows, pipeline files, policies and Terraform of the examples and the documents, judged by programs that know their forms. */
import { copyFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse, stringify } from 'yaml'
import { fieldOf } from '../../../src/keys/http-client.ts'
import { filesBelow, projectRoot, readProjectFile } from '../../support/imports.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { codeBlocks } from '../../support/markdown.ts'
import { needPeer, peer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const WORKFLOWS = filesBelow('examples', '.yml').filter((name) => /\/\.(?:github|gitea)\/workflows\//.test(name))
const GITLAB = ['--builtin-schema', 'vendor.gitlab-ci', '--data-transform', 'gitlab-ci']

/** The YAML blocks of a page that are steps of GitHub, as workflows, and those that are jobs of GitLab. */
function snippets(page: string): { readonly workflows: readonly string[]; readonly gitlab: readonly string[] } {
  const blocks = codeBlocks(readProjectFile(page)).filter(({ language }) => language === 'yaml')
  const parsed = blocks.map(({ text }): unknown => parse(text))
  const steps = parsed.filter((block) => fieldOf(block, 'steps') !== undefined)
  return {
    workflows: steps.map((job) =>
      stringify({ on: 'push', jobs: { job: { 'runs-on': 'ubuntu-24.04', ...Object(job) } } }),
    ),
    gitlab: parsed.filter((block) => fieldOf(block, 'production', 'script') !== undefined).map((job) => stringify(job)),
  }
}

/** A copy of a workflow in a repository that has the action of the examples, where actionlint looks for it. */
function inRepository(name: string, folder: string): string {
  const root = join(folder, ...name.split('/').slice(0, -3))
  const file = join(folder, ...name.split('/'))
  mkdirSync(join(file, '..'), { recursive: true })
  mkdirSync(join(root, '.git'))
  copyFileSync(join(projectRoot, name), file)
  cpSync(join(projectRoot, 'examples', 'github-action'), join(root, '.github', 'actions', 'secrets'), {
    recursive: true,
  })
  return file
}

async function judged(program: string, args: readonly string[], context: TestContext): Promise<ProgramResult> {
  const cwd = temporaryFolder(context)
  return runProgram(program, args, { cwd, env: isolatedEnvironment(cwd) })
}

function assertFine({ status, stdout, stderr }: ProgramResult): void {
  assert.is(status, 0, stdout + stderr)
}

suite('pipeline files', (test) => {
  test('actionlint takes the workflows, and refuses what is wrong', async (context) => {
    const lint = needPeer('actionlint', context)
    const folder = temporaryFolder(context)
    const written = snippets('docs/keys-cloud.md').workflows.map((text, index) => {
      const file = join(folder, `snippet-${index}.yml`)
      writeFileSync(file, text)
      return file
    })
    assert.is(written.length, 4, 'one for each service')
    assert.ok(WORKFLOWS.length > 5)
    const examples = WORKFLOWS.map((name) => inRepository(name, folder))
    const own = join(projectRoot, '.github', 'workflows', 'ci.yml')
    assertFine(await judged(lint, ['-shellcheck=', '-pyflakes=', ...examples, ...written, own], context))
    const using = join(folder, 'examples', 'ci', 'github', '.github', 'workflows', 'deploy.yml')
    const jwt = readProjectFile('examples/vault-jwt/.github/workflows/deploy.yml')
    for (const [file, text] of [
      [join(folder, 'broken.yml'), jwt.replace('id-token', 'id-tokens')],
      // It reads the action too.
      [using, readFileSync(using, 'utf8').replace('age-key:', 'age-keys:')],
    ] as const) {
      writeFileSync(file, text)
      assert.is((await judged(lint, ['-shellcheck=', '-pyflakes=', file], context)).status, 1, file)
    }
  })

  test("GitLab's schema takes the pipeline files, and refuses what is wrong", async (context) => {
    const check = needPeer('check-jsonschema', context)
    const folder = temporaryFolder(context)
    const written = snippets('docs/keys-cloud.md').gitlab.map((text, index) => {
      const file = join(folder, `${index}.gitlab-ci.yml`)
      writeFileSync(file, text)
      return file
    })
    assert.is(written.length, 4, 'one for each service')
    assertFine(await judged(check, [...GITLAB, ...written], context))
    const broken = join(folder, 'broken.gitlab-ci.yml')
    writeFileSync(
      broken,
      readProjectFile('examples/vault-jwt/.gitlab-ci.yml').replace('environment: staging', 'environment: [staging]'),
    )
    assert.is((await judged(check, [...GITLAB, broken], context)).status, 1)
  })

  test('Vault reads the policies of the example and of the documents, as they stand', async (context) => {
    const vault = needPeer('vault', context)
    const folder = temporaryFolder(context)
    const examples = filesBelow('examples', '.hcl').map((name) => readProjectFile(name))
    const documents = codeBlocks(readProjectFile('docs/keys-cloud.md')).filter(({ language }) => language === 'hcl')
    assert.is(documents.length, 2)
    for (const [index, text] of [...examples, ...documents.map((block) => `${block.text}\n`)].entries()) {
      const file = join(folder, `${index}.hcl`)
      writeFileSync(file, text)
      assertFine(await judged(vault, ['policy', 'fmt', file], context))
      assert.is(readFileSync(file, 'utf8'), text, 'in the form that Vault gives it')
    }
  })

  test('Terraform reads the configuration of the example, as it stands', async (context) => {
    const found = peer('terraform')
    // It is in no registry that the peers are installed from.
    if (!('path' in found)) context.skip(found.reason)
    const folder = join(temporaryFolder(context), 'aws')
    mkdirSync(folder)
    const file = join(projectRoot, 'examples', 'aws-github-oidc', 'aws', 'main.tf')
    copyFileSync(file, join(folder, basename(file)))
    assertFine(await judged('path' in found ? found.path : '', ['fmt', '-check', '-diff', folder], context))
  })
})
