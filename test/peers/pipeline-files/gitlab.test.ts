/** The templates of the GitLab component, included by the pipeline of the examples, and run by gitlab-ci-local. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { readProjectFile } from '../../support/imports.ts'
import { needPeer } from '../../support/peer.ts'
import { jobEnvironment, type PipelineProject, pipelineProject } from '../../support/pipeline-project.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

async function shop(context: TestContext, pipeline: string): Promise<PipelineProject> {
  const templates = ['check', 'run'].map((name) => `templates/${name}.yml`)
  const project = await pipelineProject(context, {
    '.gitlab-ci.yml': pipeline,
    ...Object.fromEntries(templates.map((name) => [name, readProjectFile(`examples/gitlab-component/${name}`)])),
  })
  // It wants to know the name of the project.
  await project.git('remote', 'add', 'origin', 'git@gitlab.example:acme/shop.git')
  return project
}

/** Runs jobs, all whose rules hold where none is named. The runner holds this key, in a file as GitLab hands one over. */
async function runJobs(
  project: PipelineProject,
  { key, jobs = [], variables = {} }: { key?: string; jobs?: readonly string[]; variables?: Record<string, string> },
  context: TestContext,
): Promise<ProgramResult & { readonly notes: string }> {
  const program = needPeer('gitlab-ci-local', context)
  needPeer('rsync', context)
  const home = temporaryFolder(context)
  const [notes, keyFile] = [join(home, 'notes'), join(home, 'key')]
  writeFileSync(notes, '')
  writeFileSync(keyFile, `${key ?? ''}\n`, { mode: 0o600 })
  const given = {
    SHOP_NOTES: notes,
    // As on GitLab; gitlab-ci-local says that it is itself.
    GITLAB_CI: 'true',
    CI: 'true',
    ...(key === undefined ? {} : { SECRETS_AGE_KEY_FILE: keyFile }),
    ...variables,
  }
  const options = Object.entries(given).flatMap(([name, value]) => ['--variable', `${name}=${value}`])
  const args = ['--force-shell-executor', '--home', home, '--no-color', ...options, ...jobs]
  const env = jobEnvironment(project, { HOME: home })
  const result = await runProgram(program, args, { cwd: project.folder, env, timeout: 120_000 })
  return { ...result, notes: readFileSync(notes, 'utf8') }
}

function assertSilent({ stdout, stderr }: ProgramResult, { passwords, keys }: PipelineProject): void {
  for (const text of [...Object.values(passwords), ...Object.values(keys)]) {
    assert.not.ok((stdout + stderr).includes(text), 'the log holds a value')
  }
}

function included(inputs: object): string {
  return `stages: [deploy]\ninclude: ${JSON.stringify([{ local: 'templates/run.yml', inputs }])}\n`
}

const PIPELINE = 'examples/ci/gitlab/.gitlab-ci.yml'

suite('the component of GitLab', (test) => {
  test("main: the check runs without a key, and staging's key deploys staging, masked", async (context) => {
    const project = await shop(context, readProjectFile(PIPELINE))
    const checked = await runJobs(project, { jobs: ['secrets-check'] }, context)
    assert.is(checked.status, 0, checked.stdout + checked.stderr)
    const run = await runJobs(project, { key: project.keys.staging }, context)
    assert.is(run.status, 0, run.stdout + run.stderr)
    assert.is(run.notes, `deployed as shop with ${project.passwords.staging}\n`)
    assert.match(run.stdout, 'deployed as shop with [redacted]')
    assertSilent(run, project)
  }, 240)

  test("a tag: staging's key does not deploy production, and production's does", async (context) => {
    const project = await shop(context, readProjectFile(PIPELINE))
    const variables = { CI_COMMIT_TAG: 'v1.0.0' }
    const refused = await runJobs(project, { key: project.keys.staging, jobs: ['production'], variables }, context)
    assert.is(refused.status, 1)
    assert.is(refused.notes, '')
    assert.match(refused.stdout + refused.stderr, 'runner-production')
    const run = await runJobs(project, { key: project.keys.production, jobs: ['production'], variables }, context)
    assert.is(run.status, 0, run.stdout + run.stderr)
    assert.is(run.notes, `deployed as shop with ${project.passwords.production}\n`)
    assertSilent(run, project)
  }, 240)

  test('inputs that a shell would read are refused, and a command keeps its arguments', async (context) => {
    for (const inputs of [{ environment: 'staging; id' }, { environment: 'staging', options: '--only $(id)' }]) {
      const project = await shop(context, included(inputs))
      const { status, stdout, stderr } = await runJobs(project, { key: project.keys.staging }, context)
      assert.is.not(status, 0)
      assert.match(stdout + stderr, /regex|regular/i)
    }
    const command = 'sh -c \'echo "$0 $DATABASE_USER" >> "$SHOP_NOTES"\' two'
    const project = await shop(context, included({ environment: 'staging', command }))
    const run = await runJobs(project, { key: project.keys.staging, jobs: ['deploy'] }, context)
    assert.is(run.notes, 'two shop\n', run.stdout + run.stderr)
  }, 240)
})
