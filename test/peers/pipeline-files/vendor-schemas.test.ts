/** Every pipeline file of the examples, judged by the schema of its vendor or a parser of its language; wherever it is found. */
import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import * as assert from 'uvu/assert'
import { filesBelow, projectRoot, readProjectFile } from '../../support/imports.ts'
import { isolatedEnvironment } from '../../support/isolated-environment.ts'
import { needPeer } from '../../support/peer.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

interface Judge {
  readonly program: string
  readonly args: readonly string[]
  /** Files of the examples that it judges. */
  readonly files: RegExp
  /** Something that every one of these files has, and what is wrong in its place. */
  readonly broken: readonly [RegExp, string]
}

function schema(name: string, ...more: readonly string[]): Pick<Judge, 'program' | 'args'> {
  return { program: 'check-jsonschema', args: ['--builtin-schema', `vendor.${name}`, ...more] }
}

const JUDGES: Readonly<Record<string, Judge>> = {
  'GitHub and Gitea': {
    ...schema('github-workflows'),
    files: /\/\.(?:github|gitea)\/workflows\/[^/]+\.ya?ml$/,
    broken: [/^jobs:/m, 'job:'],
  },
  'actions of GitHub': { ...schema('github-actions'), files: /\/action\.ya?ml$/, broken: [/^runs:/m, 'run:'] },
  GitLab: {
    ...schema('gitlab-ci', '--data-transform', 'gitlab-ci'),
    files: /\/\.gitlab-ci\.yml$/,
    broken: [/^[^#\s][^\n]*:/m, 'stages:'],
  },
  'Azure Pipelines': {
    // The schema has expressions that only the older kind of JavaScript takes.
    ...schema('azure-pipelines', '--data-transform', 'azure-pipelines', '--regex-variant', 'nonunicode'),
    files: /\/azure-pipelines\.yml$/,
    broken: [/- script: npm/, '- scripts: npm'],
  },
  Bitbucket: {
    ...schema('bitbucket-pipelines'),
    files: /\/bitbucket-pipelines\.yml$/,
    broken: [/^image: .*/m, 'image: [7]'],
  },
  Buildkite: { ...schema('buildkite'), files: /\/\.buildkite\/.*\.yml$/, broken: [/^steps:/m, 'step:'] },
  CircleCI: { ...schema('circle-ci'), files: /\/\.circleci\/config\.yml$/, broken: [/^version: 2\.1/m, 'version: 7'] },
  Drone: { ...schema('drone-ci'), files: /\/\.drone\.yml$/, broken: [/^kind: pipeline/m, 'kind: line'] },
  Woodpecker: { ...schema('woodpecker-ci'), files: /\/\.woodpecker\.ya?ml$/, broken: [/image:/, 'images:'] },
  Compose: { ...schema('compose-spec'), files: /\/compose\.ya?ml$/, broken: [/^services:/m, 'service:'] },
  'pre-commit': {
    program: 'pre-commit',
    args: ['validate-config'],
    files: /\/\.pre-commit-config\.yaml$/,
    broken: [/entry:/, 'entries:'],
  },
  Jenkins: { program: 'parse-source', args: ['groovy'], files: /\/Jenkinsfile$/, broken: [/\]\) \{/, ') {'] },
  TeamCity: {
    program: 'parse-source',
    args: ['kotlin'],
    files: /\/settings\.kts$/,
    broken: [/project \{/, 'project ('],
  },
  Dockerfile: {
    program: 'hadolint',
    args: ['--no-color', '--failure-threshold', 'warning'],
    files: /\/Dockerfile$/,
    broken: [/^RUN/m, 'RUNS'],
  },
}

const examples = filesBelow('examples', '').filter((name) => !name.includes('/node_modules/'))

async function judged(
  { program, args }: Judge,
  files: readonly string[],
  context: TestContext,
): Promise<ProgramResult> {
  const cwd = temporaryFolder(context)
  const options = { cwd, env: isolatedEnvironment(cwd) }
  if (program !== 'parse-source') return runProgram(needPeer(program, context), [...args, ...files], options)
  const [first = ''] = files
  return runProgram(needPeer(program, context), [...args, first], options)
}

suite('files of vendors', (test) => {
  for (const [name, judge] of Object.entries(JUDGES)) {
    test(`${name}: the files of the examples are right, and a wrong one is noticed`, async (context) => {
      const files = examples.filter((path) => judge.files.test(path))
      assert.ok(files.length > 0)
      const right = await judged(
        judge,
        files.map((path) => join(projectRoot, path)),
        context,
      )
      assert.is(right.status, 0, right.stdout + right.stderr)
      const [first = ''] = files
      const text = readProjectFile(first)
      const [pattern, wrong] = judge.broken
      assert.match(text, pattern)
      const copy = join(temporaryFolder(context), basename(first))
      writeFileSync(copy, text.replace(pattern, wrong))
      assert.is.not((await judged(judge, [copy], context)).status, 0)
    })
  }

  test('every file that looks like one of a pipeline is judged', () => {
    const patterns = Object.values(JUDGES).map(({ files }) => files)
    // The last two: test/examples-ci.test.ts, and with their inputs filled in by the suite of GitLab.
    patterns.push(/\/buildspec\.yml$/, /^examples\/gitlab-component\/templates\//)
    const lost = examples
      .filter((path) =>
        /^examples\/ci\/|\/\.[a-z]+\/workflows\/|ci\.ya?ml$|pipeline|Dockerfile|action\.ya?ml$/.test(path),
      )
      .filter((path) => !path.endsWith('.md') && !patterns.some((pattern) => pattern.test(path)))
    assert.equal(lost, [])
  })
})
