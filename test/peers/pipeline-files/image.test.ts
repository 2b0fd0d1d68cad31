/** The Dockerfile of the examples, built by buildah on a base image made here: where its secret ends up. */
import { chmodSync, copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import { projectRoot, readProjectFile } from '../../support/imports.ts'
import { needPeer } from '../../support/peer.ts'
import { jobEnvironment, type PipelineProject, pipelineProject } from '../../support/pipeline-project.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import { suite, type TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

const TOKEN = 'npm_tok-marker-0815-of-the-registry'
const BASE = 'docker.io/library/node:22.21.0-bookworm-slim'

interface Builder {
  readonly project: PipelineProject
  /** Where buildah keeps layers, configurations and all else. */
  readonly storage: string
  readonly env: Readonly<Record<string, string>>
  readonly buildah: (...args: readonly string[]) => Promise<ProgramResult>
}

/** A shop with the files of the example, and a builder that knows one base image and no registry. */
async function builder(context: TestContext): Promise<Builder> {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    context.skip('buildah without a daemon needs root on Linux')
  const program = needPeer('buildah', context)
  const names = ['Dockerfile', '.dockerignore', 'build.sh']
  const project = await pipelineProject(context, {
    ...Object.fromEntries(names.map((name) => [name, readProjectFile(`examples/buildkit/${name}`)])),
    'secrets/staging.yaml': `npm_token: ${TOKEN}\n`,
    'package-lock.json': '{}\n',
  })
  const home = temporaryFolder(context)
  const storage = join(home, 'storage')
  const options = ['--root', storage, '--runroot', join(home, 'run'), '--storage-driver', 'vfs']
  // In the place of docker: the same command line, with what a machine without a daemon needs.
  const stand = `#!/bin/sh\nshift; exec '${program}' ${options.join(' ')} bud --isolation chroot --pull-never "$@"\n`
  writeFileSync(join(project.programs, 'docker'), stand, { mode: 0o755 })
  const secrets = `#!/bin/sh\nexec npx secrets "$@"\n`
  writeFileSync(join(project.programs, 'secrets'), secrets, { mode: 0o755 })
  const env = jobEnvironment(project, { HOME: home, SECRETS_AGE_KEY: project.keys.staging })
  const buildah: Builder['buildah'] = async (...args) =>
    runProgram(program, [...options, ...args], { cwd: home, env, timeout: 120_000 })
  const made = await buildah('bud', '--tag', BASE, await baseImage(home, env))
  assert.is(made.status, 0, made.stderr)
  return { project, storage, env, buildah }
}

/** A folder with a Dockerfile for an image of a shell, `cat`, and an `npm` that prints the token and keeps its length. */
async function baseImage(home: string, env: Readonly<Record<string, string>>): Promise<string> {
  const [folder, root] = [join(home, 'base'), join(home, 'base', 'root')]
  const programs = ['/bin/sh', '/bin/cat']
  const { stdout } = await runProgram('ldd', programs, { cwd: home, env })
  const libraries = [...stdout.matchAll(/(?:=> )?(\/\S+) \(0x/g)].map((match) => match[1] ?? '')
  for (const file of [...programs, ...new Set(libraries)]) {
    mkdirSync(dirname(join(root, file)), { recursive: true })
    copyFileSync(file, join(root, file))
  }
  const npm = '#!/bin/sh\n/bin/cat package.json\necho "the token is $NPM_TOKEN"\necho ${#NPM_TOKEN} > length\n'
  writeFileSync(join(root, 'bin', 'npm'), npm)
  chmodSync(join(root, 'bin', 'npm'), 0o755)
  writeFileSync(join(folder, 'Dockerfile'), 'FROM scratch\nCOPY root/ /\n')
  return folder
}

/** Files below a folder that hold a text. */
function holding(text: string, folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
  const paths = entries.map((entry) => join(entry.parentPath, entry.name))
  return paths.filter((path) => readFileSync(path).includes(text))
}

suite('images', (test) => {
  test('a mounted secret reaches its line, and is in no layer, no configuration and no log', async (context) => {
    const { project, storage, env } = await builder(context)
    const path = [project.programs, env['PATH'] ?? ''].join(delimiter)
    const options = { cwd: project.folder, env: { ...env, PATH: path }, timeout: 120_000 }
    const built = await runProgram('sh', ['build.sh', 'staging'], options)
    assert.is(built.status, 0, built.stdout + built.stderr)
    assert.match(built.stdout + built.stderr, 'the token is [redacted]')
    assert.not.ok((built.stdout + built.stderr).includes(TOKEN))
    const lengths = holding(`${TOKEN.length}\n`, storage).filter((file) => file.endsWith('/app/length'))
    assert.ok(lengths.length > 0, 'the line had the token')
    assert.equal(holding(TOKEN, storage), [])
    // Nor is anything of the project that opens or holds secrets.
    assert.equal(holding('runner-staging', storage), [])
  }, 180)

  test('an ARG is found in the image, which is why none is used', async (context) => {
    const { project, storage, buildah } = await builder(context)
    const bad = readProjectFile('examples/buildkit/Dockerfile').replace(/^# The token[^]*?ignore-scripts$/m, BAD)
    project.write('Dockerfile', bad)
    const built = await buildah('bud', '--isolation', 'chroot', '--pull-never', '--tag', 'bad', project.folder)
    assert.is(built.status, 0, built.stderr)
    assert.ok(holding(TOKEN, storage).length > 0)
  }, 180)

  test('the context leaves out what opens or holds secrets', () => {
    const ignored = readFileSync(join(projectRoot, 'examples', 'buildkit', '.dockerignore'), 'utf8').split('\n')
    for (const name of ['.git', '.secretsrc', 'secrets', '**/*.env', '**/keys.txt'])
      assert.ok(ignored.includes(name), name)
  })
})

const BAD = `ARG NPM_TOKEN=${TOKEN}\nRUN npm ci --ignore-scripts`
