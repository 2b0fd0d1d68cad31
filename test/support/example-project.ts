/** A copy of an example with keys of the test, encrypted and committed, and the jobs of its pipeline. */
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { canonicalText } from '../../src/core/scalar.ts'
import { openSecrets } from '../../src/index.ts'
import { generateIdentity } from '../../src/keys/age/generate.ts'
import { type GitSandbox, gitSandbox } from './git-sandbox.ts'
import { projectRoot } from './imports.ts'
import { peer } from './peer.ts'
import { githubJob, gitlabJob, type PipelineJob } from './pipeline-job.ts'
import { type ProgramResult, runProgram } from './run-program.ts'
import { secretsProgram } from './run-secrets.ts'
import type { TestContext } from './suite.ts'
import { temporaryFolder } from './temporary-folder.ts'

export interface ExampleProject extends GitSandbox {
  /** Secret keys by the names of the configuration. */
  readonly keys: ReadonlyMap<string, string>
  /** What the stand-ins were given, in the order in which they were started. */
  readonly calls: () => readonly StandInCall[]
  /** Runs the job of an environment as a runner does, or another script in its place. */
  readonly play: (environment: string, options: PlayOptions) => Promise<ProgramResult>
  /** Names of files, of the project and of all folders that the job could write to, in which a text stands. */
  readonly filesWith: (text: string) => readonly string[]
}

export interface PlayOptions {
  /** Name of the key that the runner holds; none for a job without one. */
  readonly key?: string
  readonly script?: string
  readonly variables?: Readonly<Record<string, string>>
  /** Folders of programs that are not in PATH. */
  readonly folders?: readonly string[]
}

/** A program of others that was started in a job. */
export interface StandInCall {
  /** Its name and arguments, separated by blanks. */
  readonly line: string
  readonly stdin: string
  readonly env: ReadonlyMap<string, string>
}

/** `standIns` are programs that do nothing but note how they are called. */
export async function exampleProject(
  name: string,
  standIns: readonly string[],
  context: TestContext,
): Promise<ExampleProject> {
  if (process.platform === 'win32') context.skip('the jobs are for runners of Linux')
  const bash = peer('bash')
  const shell = 'path' in bash ? bash.path : context.skip(bash.reason)
  const sandbox = await gitSandbox(context)
  const { folder } = sandbox
  cpSync(join(projectRoot, 'examples', name), folder, { recursive: true })
  const keys = await exchangeKeys(join(folder, '.secretsrc'))
  await openSecrets({ cwd: folder, home: folder, env: {} }).encryptFiles()
  await sandbox.git('add', '--all')
  await sandbox.commit('an example')
  const parent = temporaryFolder(context)
  const [programs, record, temporary] = ['programs', 'record', 'temporary'].map((part) => join(parent, part))
  if (programs === undefined || record === undefined || temporary === undefined) throw new Error('no folders')
  for (const made of [programs, record, temporary]) mkdirSync(made)
  writePrograms(programs, record, standIns)
  const play: ExampleProject['play'] = async (environment, { key, script, variables = {}, folders = [] }) => {
    const job = jobOf(folder, environment)
    const { SECRETS_AGE_KEY: _, ...own } = job.env
    const env = {
      ...sandbox.env,
      ...own,
      CI: 'true',
      TMPDIR: temporary,
      PATH: [programs, ...folders, sandbox.env['PATH'] ?? ''].join(delimiter),
      ...(key === undefined ? {} : { SECRETS_AGE_KEY: keys.get(key) ?? '' }),
      ...variables,
    }
    const text = script ?? job.script
    return runProgram(shell, ['-eo', 'pipefail', '-c', text], { cwd: folder, env, timeout: 300_000 })
  }
  const places = [folder, temporary, sandbox.env['HOME'] ?? folder]
  const filesWith = (text: string): readonly string[] => places.flatMap((place) => filesBelowWith(place, text))
  return { ...sandbox, keys, calls: () => callsIn(record), play, filesWith }
}

/** The job of `.github/workflows/deploy.yml`, or of `.gitlab-ci.yml`. */
function jobOf(folder: string, environment: string): PipelineJob {
  return existsSync(join(folder, '.gitlab-ci.yml')) ? gitlabJob(folder, environment) : githubJob(folder, environment)
}

/** Puts new recipients in the place of those of the example. Gives the keys by name. */
async function exchangeKeys(file: string): Promise<ReadonlyMap<string, string>> {
  let config = readFileSync(file, 'utf8')
  const keys = new Map<string, string>()
  for (const [line, name = ''] of config.matchAll(/^ {2}([\w-]+): age1.*$/gm)) {
    const { identity, recipient } = await generateIdentity({ postQuantum: false })
    config = config.replace(line, `  ${name}: ${recipient}`)
    keys.set(name, canonicalText(identity))
  }
  writeFileSync(file, config)
  return keys
}

/** `npx secrets` is this project, `npm` reaches no registry, and the others are stand-ins. */
function writePrograms(folder: string, record: string, standIns: readonly string[]): void {
  const write = (name: string, lines: string): void => {
    writeFileSync(join(folder, name), `#!/bin/sh\n${lines}\n`, { mode: 0o755 })
  }
  write('npx', `shift; exec '${process.execPath}' '${secretsProgram()}' "$@"`)
  write('npm', 'exit 0')
  for (const name of standIns) {
    const call = `'${record}'/$(ls '${record}' | wc -l | tr -d ' ')`
    write(name, `call=${call}\nmkdir "$call"\necho "${name} $*" > "$call/line"\nenv > "$call/env"\ncat > "$call/stdin"`)
  }
}

function callsIn(record: string): readonly StandInCall[] {
  const names = readdirSync(record).sort((left, right) => Number(left) - Number(right))
  return names.map((name) => {
    const read = (part: string): string => readFileSync(join(record, name, part), 'utf8')
    const variables = [...read('env').matchAll(/^(\w+)=(.*)$/gm)].map(
      ([, key = '', value = '']) => [key, value] as const,
    )
    return { line: read('line').trimEnd(), stdin: read('stdin'), env: new Map(variables) }
  })
}

function filesBelowWith(folder: string, text: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter((file) => readFileSync(file).includes(text))
}
