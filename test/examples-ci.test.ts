/** The pipeline files of examples/ci, played: their command lines in the order of the file, with the key of one runner. */
// parts: 2
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { fieldOf } from '../src/keys/http-client.ts'
import { filesBelow, readProjectFile } from './support/imports.ts'
import { peer } from './support/peer.ts'
import { jobEnvironment, type PipelineProject, pipelineProject } from './support/pipeline-project.ts'
import { type ProgramResult, runProgram } from './support/run-program.ts'
import { suite, type TestContext } from './support/suite.ts'

type JobName = 'check' | 'staging' | 'production'

interface System {
  readonly file: string
  /** How it makes itself known to a job. */
  readonly known: Readonly<Record<string, string>>
  /** The command lines of a job. */
  readonly script: (text: string, job: JobName) => readonly string[]
  /** Variables of the job that the file, or what the system holds beside it, sets. */
  readonly given?: (job: JobName) => Readonly<Record<string, string>>
}

/** One entry for each file; what reads a file knows where that system has its command lines. */
const SYSTEMS: Readonly<Record<string, System>> = {
  azure: {
    file: 'azure-pipelines.yml',
    known: { TF_BUILD: 'True' },
    script(text, job) {
      const stage = entries(fieldOf(parse(text), 'stages')).find((one) => fieldOf(one, 'stage') === job)
      const [first] = entries(fieldOf(stage, 'jobs'))
      const steps = fieldOf(first, 'steps') ?? fieldOf(first, 'strategy', 'runOnce', 'deploy', 'steps')
      return lines(entries(steps).map((step) => fieldOf(step, 'script')))
    },
  },
  bitbucket: {
    file: 'bitbucket-pipelines.yml',
    known: { BITBUCKET_BUILD_NUMBER: '7' },
    script(text, job) {
      const pipelines = fieldOf(parse(text), 'pipelines')
      const all = [fieldOf(pipelines, 'branches', 'main'), fieldOf(pipelines, 'tags', 'v*')].flatMap(entries)
      return lines(
        fieldOf(
          named(
            all.map((step) => fieldOf(step, 'step')),
            'name',
            job,
          ),
          'script',
        ),
      )
    },
  },
  buildkite: {
    file: '.buildkite/pipeline.yml',
    known: { BUILDKITE: 'true' },
    // The agent takes one of two dollars away when it uploads the file.
    script: (text, job) =>
      lines(fieldOf(named(fieldOf(parse(text), 'steps'), 'label', job), 'commands')).map((line) =>
        line.replaceAll('$$', '$'),
      ),
  },
  circleci: {
    file: '.circleci/config.yml',
    known: { CIRCLECI: 'true' },
    script: (text, job) =>
      lines(
        entries(fieldOf(parse(text), 'jobs', job === 'check' ? 'check' : 'deploy', 'steps')).map((step) =>
          fieldOf(step, 'run'),
        ),
      ),
    given: (job) => ({ DEPLOY_TO: job }),
  },
  codebuild: {
    file: 'buildspec.yml',
    known: { CODEBUILD_BUILD_ID: 'shop:1' },
    script: (text, job) =>
      (job === 'check' ? ['install', 'pre_build'] : ['install', 'pre_build', 'build']).flatMap((phase) =>
        lines(fieldOf(parse(text), 'phases', phase, 'commands')),
      ),
    given: (job) => ({ DEPLOY_TO: job }),
  },
  drone: {
    file: '.drone.yml',
    known: { DRONE: 'true' },
    script: (text, job) => lines(fieldOf(named(fieldOf(parse(text), 'steps'), 'name', job), 'commands')),
  },
  gitea: {
    file: '.gitea/workflows/deploy.yml',
    known: { GITEA_ACTIONS: 'true', GITHUB_ACTIONS: 'true' },
    script: (text, job) =>
      lines(entries(fieldOf(parse(text), 'jobs', job, 'steps')).map((step) => fieldOf(step, 'run'))),
  },
  jenkins: {
    file: 'Jenkinsfile',
    known: { JENKINS_URL: 'https://ci.example/' },
    script: (text, job) => matches(between(text, `stage('${job}')`, "stage('"), /^ *sh '(.*)'$/gm),
  },
  teamcity: {
    file: '.teamcity/settings.kts',
    known: { TEAMCITY_VERSION: '2024.12' },
    script: (text, job) => matches(between(text, `name = "${job}"`, 'object '), /scriptContent = "(.*?)" \}/g),
  },
  woodpecker: {
    file: '.woodpecker.yaml',
    known: { CI: 'woodpecker' },
    script: (text, job) => lines(fieldOf(parse(text), 'steps', job, 'commands')),
  },
}

/** GitHub's and GitLab's are run by programs that know all of them, among the peers; the last has no jobs. */
const ELSEWHERE = ['github', 'gitlab', 'pre-commit']

/** Runs a job as its runner would, in bash that ends at the first failure, with the key that the system holds for it. */
async function play(
  { name, job, key }: { readonly name: string; readonly job: JobName; readonly key?: string },
  project: PipelineProject,
  context: TestContext,
): Promise<ProgramResult> {
  const { file, known, script, given } = SYSTEMS[name] ?? { file: '', known: {}, script: () => [] }
  const commands = script(readProjectFile(`examples/ci/${name}/${file}`), job)
  assert.ok(commands.length > 0, `${name} has a job ${job}`)
  const bash = peer('bash')
  if (!('path' in bash)) return context.skip(bash.reason)
  const env = jobEnvironment(project, { ...known, ...given?.(job), ...keyVariables(name, key, project) })
  const text = commands.join('\n')
  return runProgram(bash.path, ['-eo', 'pipefail', '-c', text], { cwd: project.folder, env })
}

/** The key as the system hands it to the job. */
function keyVariables(name: string, key: string | undefined, project: PipelineProject): Record<string, string> {
  if (key === undefined) return {}
  if (name === 'buildkite') {
    const names = `SECRETS_AGE_KEY_(STAGING|PRODUCTION)`
    const script = `#!/bin/bash\n[[ "$1 $2 $3" =~ ^secret\\ get\\ ${names}$ ]] && echo '${key}'\n`
    writeFileSync(join(project.programs, 'buildkite-agent'), script, { mode: 0o755 })
    return {}
  }
  if (name !== 'jenkins') return { SECRETS_AGE_KEY: key }
  const file = join(project.programs, 'key')
  writeFileSync(file, `${key}\n`, { mode: 0o600 })
  return { SECRETS_AGE_KEY_FILE: file }
}

suite('pipelines of many systems', (test) => {
  test('there is a game for each folder', () => {
    const folders = new Set(filesBelow('examples/ci', '').map((path) => path.split('/')[2] ?? ''))
    folders.delete('README.md')
    assert.equal([...folders].sort(), [...Object.keys(SYSTEMS), ...ELSEWHERE].sort())
  })

  test('every action is pinned to a commit, and every image to a version', () => {
    const files = filesBelow('examples', '').filter((name) => /\.ya?ml$|\/Dockerfile$/.test(name))
    const texts = files.map((name) => [name, readProjectFile(name)] as const)
    const uses = texts.flatMap(([name, text]) =>
      [...text.matchAll(/^ +(?:- )?uses: (.*)$/gm)].map((match) => [name, match[1]]),
    )
    const images = texts
      .filter(([name]) => /^examples\/(?:ci|gitlab-component|buildkit)\//.test(name))
      .flatMap(([name, text]) =>
        [...text.matchAll(/(?:image: |FROM |default: )((?:cimg\/)?node:\S+)/g)].map((match) => [name, match[1]]),
      )
    assert.ok(uses.length > 20 && images.length > 8)
    for (const [name, action] of uses) assert.match(action ?? '', /^(?:\.\/|[\w./-]+@[0-9a-f]{40} # v\d)/, name)
    for (const [name, image] of images) assert.match(image ?? '', /:\d+\.\d+\.\d+(?:-\w+)*$/, name)
  })

  test('the check needs no key', async (context) => {
    const project = await pipelineProject(context)
    for (const name of Object.keys(SYSTEMS)) {
      const { status, stderr } = await play({ name, job: 'check' }, project, context)
      assert.is(status, 0, `${name}: ${stderr}`)
    }
  }, 240)

  test("staging's key deploys staging, and the log holds no value", async (context) => {
    const project = await pipelineProject(context)
    for (const name of Object.keys(SYSTEMS)) {
      assertDeployed(name, await play({ name, job: 'staging', key: project.keys.staging }, project, context), project)
    }
  }, 240)

  test("staging's key does not deploy production", async (context) => {
    const project = await pipelineProject(context)
    for (const name of Object.keys(SYSTEMS)) {
      const { status, stdout, stderr } = await play(
        { name, job: 'production', key: project.keys.staging },
        project,
        context,
      )
      assert.is(status, 128, `${name}: ${stderr}`)
      assert.match(stderr, 'runner-production')
      assert.not.match(stdout, 'deployed')
    }
  }, 240)

  test('the check fails for a value in clear', async (context) => {
    const project = await pipelineProject(context, { 'deploy.sh': '' })
    project.write('secrets/staging.yaml', 'database:\n  password: in-clear\n')
    await project.git('add', '--all')
    // The line is the same in all of them.
    for (const name of ['azure', 'jenkins']) {
      const { status, stdout } = await play({ name, job: 'check' }, project, context)
      assert.is(status, 1, name)
      assert.match(stdout, /secrets\/staging\.yaml/)
    }
  }, 240)
})

function assertDeployed(name: string, { status, stdout, stderr }: ProgramResult, { passwords }: PipelineProject): void {
  assert.is(status, 0, `${name}: ${stderr}`)
  assert.match(stdout, /^deployed as shop with \[redacted\]$/m)
  for (const password of Object.values(passwords)) assert.not.ok((stdout + stderr).includes(password))
}

function entries(list: unknown): readonly unknown[] {
  return Array.isArray(list) ? list : []
}

function lines(list: unknown): readonly string[] {
  return entries(list).filter((line) => typeof line === 'string')
}

function named(list: unknown, field: string, name: string): unknown {
  return entries(list).find((one) => fieldOf(one, field) === name)
}

function between(text: string, start: string, end: string): string {
  const rest = text.slice(text.indexOf(start) + start.length)
  const next = rest.indexOf(end)
  return text.includes(start) ? rest.slice(0, next === -1 ? undefined : next) : ''
}

function matches(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? '')
}
