/** The workflows and the action of the examples, run by act: a later step has the values, and no log shows them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { filesBelow, readProjectFile } from '../../support/imports.ts'
import { type PipelineProject, pipelineProject } from '../../support/pipeline-project.ts'
import type { ProgramResult } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { runWorkflow } from '../support/act.ts'

const WORKFLOW = '.github/workflows/deploy.yml'
const TAG = { ref: 'refs/tags/v1.0.0' }
const FORK = {
  number: 7,
  pull_request: {
    head: { ref: 'patch', repo: { full_name: 'mallory/shop', fork: true } },
    base: { ref: 'main', repo: { full_name: 'acme/shop', fork: false } },
  },
}

/** The files of the action, where the workflow has it. */
function actionFiles(): Record<string, string> {
  const names = filesBelow('examples/github-action', '').filter((name) => !name.endsWith('.md'))
  return Object.fromEntries(
    names.map((name) => [name.replace('examples/github-action', '.github/actions/secrets'), readProjectFile(name)]),
  )
}

/** A shop with the workflow of an example, whose tests print what they are given. */
async function shop(context: TestContext, workflow: string): Promise<PipelineProject> {
  return pipelineProject(context, {
    'test.sh': 'echo "tested with $DATABASE_USER and $DATABASE_PASSWORD" | tee -a "$SHOP_NOTES"\n',
    [WORKFLOW]: readProjectFile(workflow),
    ...actionFiles(),
  })
}

function assertSilent({ stdout, stderr }: ProgramResult, { passwords, keys }: PipelineProject): void {
  for (const text of [...Object.values(passwords), ...Object.values(keys)]) {
    assert.not.ok((stdout + stderr).includes(text), 'the log holds a value')
  }
}

suite('workflows of GitHub and Gitea', (test) => {
  test("Gitea: staging's key deploys staging from main, and does not deploy production from a tag", async (context) => {
    const project = await shop(context, 'examples/ci/gitea/.gitea/workflows/deploy.yml')
    const secrets = { SECRETS_AGE_KEY_STAGING: project.keys.staging, SECRETS_AGE_KEY_PRODUCTION: project.keys.staging }
    const deployed = await runWorkflow(project, { secrets }, context)
    assert.is(deployed.status, 0, deployed.stdout)
    assert.is(deployed.notes, `deployed as shop with ${project.passwords.staging}\n`)
    assertSilent(deployed, project)
    const refused = await runWorkflow(project, { secrets, payload: TAG }, context)
    assert.is(refused.status, 1)
    assert.match(refused.stdout, 'Failure - Main npx secrets run --upper-case production')
    assert.is(refused.notes, '')
  }, 240)

  test('GitHub: the action hands values to the steps that follow, masked in the log', async (context) => {
    const project = await shop(context, `examples/ci/github/${WORKFLOW}`)
    const secrets = { SECRETS_AGE_KEY_DEVELOPMENT: project.keys.development, SECRETS_AGE_KEY: project.keys.staging }
    const run = await runWorkflow(project, { secrets }, context)
    assert.is(run.status, 0, run.stdout)
    const { development, staging } = project.passwords
    assert.is(run.notes, `tested with shop and ${development}\ndeployed as shop with ${staging}\n`)
    assert.match(run.stdout, 'DATABASE_PASSWORD=***')
    assertSilent(run, project)
  }, 240)

  test('GitHub: a job with the key of staging cannot open production, by the action nor without it', async (context) => {
    const project = await shop(context, `examples/ci/github/${WORKFLOW}`)
    const secrets = { SECRETS_AGE_KEY_DEVELOPMENT: project.keys.staging, SECRETS_AGE_KEY: project.keys.staging }
    const byAction = await runWorkflow(project, { secrets, payload: TAG }, context)
    assert.is(byAction.status, 1)
    assert.match(byAction.stdout, 'Failure - Main ./.github/actions/secrets')
    assert.is(byAction.notes, '')
    const withOwn = { ...secrets, SECRETS_AGE_KEY_DEVELOPMENT: project.keys.development }
    const run = await runWorkflow(project, { secrets: withOwn, payload: TAG }, context)
    assert.is(run.status, 1)
    assert.match(run.stdout, 'Failure - Main npx secrets run --upper-case production')
    assert.is(run.notes, `tested with shop and ${project.passwords.development}\n`)
    assertSilent(run, project)
  }, 240)

  test('GitHub: a value in clear stops the action before anything is decrypted', async (context) => {
    const project = await shop(context, `examples/ci/github/${WORKFLOW}`)
    project.write('secrets/staging.yaml', 'database: { password: in-clear }\n')
    await project.commitAll('in clear')
    const secrets = { SECRETS_AGE_KEY_DEVELOPMENT: project.keys.development }
    const run = await runWorkflow(project, { secrets, job: 'test' }, context)
    assert.is(run.status, 1)
    assert.match(run.stdout, 'Failure - Main ./.github/actions/secrets')
    assert.not.match(run.stdout, 'set-env')
    assert.is(run.notes, '')
  }, 240)

  test('GitHub: a pull request of a fork has no key, and is tested with placeholders', async (context) => {
    const project = await shop(context, `examples/ci/github/${WORKFLOW}`)
    const run = await runWorkflow(project, { event: 'pull_request', payload: FORK }, context)
    assert.is(run.status, 0, run.stdout)
    assert.match(run.notes, /^tested with \S*placeholder\S* and \S*placeholder\S*\n$/)
  }, 240)

  test('values of all kinds reach a later step as they are', async (context) => {
    const values = awkwardValues()
    const names = Object.keys(values)
    const out = join(temporaryFolder(context), 'seen.json')
    const pick = `Object.fromEntries(${JSON.stringify(names)}.map((name) => [name, process.env[name]]))`
    const project = await pipelineProject(context, {
      // A line separator would be a line break of YAML.
      'secrets/staging.yaml': JSON.stringify(values, undefined, 1).replaceAll('\u2028', '\\u2028'),
      'dump.cjs': `require('node:fs').writeFileSync(${JSON.stringify(out)}, JSON.stringify(${pick}))`,
      'print.cjs': `for (const name of ${JSON.stringify(names)}) console.log(process.env[name])`,
      [WORKFLOW]: READ_BACK,
    })
    const secrets = { SECRETS_AGE_KEY: project.keys.staging }
    const run = await runWorkflow(project, { secrets }, context)
    assert.is(run.status, 0, run.stdout)
    // act loses line breaks at the beginning, which GitHub's runner keeps.
    const expected = Object.entries(values).map(([name, value]) => [name, value.replace(/^\n+/, '')])
    assert.equal(JSON.parse(readFileSync(out, 'utf8')), Object.fromEntries(expected))
    // Whole, and line by line; but for what act misreads, which is refused on Gitea and Forgejo, and what is no secret.
    const parts = Object.values(values).flatMap((value) => [value, ...value.split('\n')])
    const masked = parts.filter((text) => text.trim().length > 11 && !/::|%0A|^x+$|^-----[A-Z ]+-----$/.test(text))
    assert.ok(masked.length > 20)
    for (const part of masked) assert.not.ok(run.stdout.includes(part.trim()), 'the log holds a value')
  }, 240)
})

const READ_BACK = `on: push
jobs:
  read:
    runs-on: host
    steps:
      - uses: actions/checkout@08c6903cd8c0fde910a37f88322edcfb5dd907a8 # v5.0.0
      - run: npx secrets ci staging
        env:
          SECRETS_AGE_KEY: \${{ secrets.SECRETS_AGE_KEY }}
      - run: node dump.cjs && node print.cjs
`

/**
 * Known ones, and random ones of the same stuff. Left out is what act itself reads otherwise than GitHub's runner: a line break of
 * Windows becomes a plain one, and expressions are evaluated.
 */
function awkwardValues(): Record<string, string> {
  const pem = ['-----BEGIN KEY-----', 'MIIEowIBAAKCAQEAxyz0123456789', 'abc/def+ghi==', '-----END KEY-----', ''].join(
    '\n',
  )
  const known = [
    ['plain-text-of-a-value', ' blanks around it ', 'it\'s "quoted" `here`', '# no comment', '{"json": [1, "two"]}'],
    [
      '$HOME ${HOME} $(id) %PATH% !x! %25 %0A',
      'back\\slash \\n \\\\',
      'tab\tand\u0001\u001b[31mred',
      'ünïcödé 🙂 \u2028 x',
    ],
    [
      'a=b<<EOF',
      'name<<EOF\nx\nEOF\nNODE_OPTIONS=--x',
      '::add-mask::x\n::set-output name=a::b',
      'x'.repeat(20_000),
      pem,
    ],
    ['ends in line breaks\n\n', '\nbegins with one', 'ghadelimiter_x\nghadelimiter_', 'Zm9v', '0', 'true'],
  ].flat()
  const piece = fc.constantFrom(
    ...Array.from('aZ0 \t\n"\'`$\\%=<#&|;:!{}[]()*?~-_.,/@+^'),
    'ü',
    '🙂',
    '<<',
    '::',
    'EOF\n',
  )
  const random = fc.sample(
    fc.array(piece, { minLength: 1, maxLength: 40 }).map((pieces) => pieces.join('')),
    { numRuns: 40, seed: 4711 },
  )
  const values = [...known, ...random.filter((text) => !text.includes('${{'))]
  return Object.fromEntries(values.map((value, index) => [`V${index}`, value]))
}
