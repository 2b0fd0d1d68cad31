/** Workflows of GitHub, run by act on this machine: without containers, without a network, in a copy of the repository. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { needPeer } from '../../support/peer.ts'
import { jobEnvironment, type PipelineProject } from '../../support/pipeline-project.ts'
import { type ProgramResult, runProgram } from '../../support/run-program.ts'
import type { TestContext } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'

export interface WorkflowRun {
  readonly event?: 'push' | 'pull_request'
  /** What the event says; the default is a push to main. */
  readonly payload?: object
  /** Without it all jobs whose conditions hold. */
  readonly job?: string
  readonly secrets?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

/** Actions of others, which would be fetched: in their place stands one that does nothing. */
const FOREIGN = ['actions/setup-node']

/** Runs the workflows of a committed project. Never throws for a job that fails. */
export async function runWorkflow(
  project: PipelineProject,
  { event = 'push', payload = { ref: 'refs/heads/main' }, job, secrets = {}, env = {} }: WorkflowRun,
  context: TestContext,
): Promise<ProgramResult> {
  const act = needPeer('act', context)
  const home = temporaryFolder(context)
  const write = (name: string, text: string): string => {
    writeFileSync(join(home, name), text, { mode: 0o600 })
    return join(home, name)
  }
  const args = [
    ...[event, '--no-cache-server', '--eventpath', write('event.json', JSON.stringify(payload))],
    ...['ubuntu-24.04', 'ubuntu-latest', 'host'].flatMap((label) => ['-P', `${label}=-self-hosted`]),
    ...['--secret-file', write('secrets', dotenv(secrets)), '--env-file', write('env', '')],
    ...standIns(project, home).flatMap((action) => ['--local-repository', action]),
    ...(job === undefined ? [] : ['--job', job]),
  ]
  const given = { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), XDG_CONFIG_HOME: join(home, '.config') }
  // act sets CI for the jobs; where it is set outside, act thinks that it runs in a job itself.
  const { CI: _, ...all } = { ...jobEnvironment(project), ...given, ...env }
  return runProgram(act, args, { cwd: project.folder, env: all, timeout: 120_000 })
}

function dotenv(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('')
}

/** For each version of a foreign action that the workflows use: where act finds the one that does nothing. */
function standIns({ read, folder }: PipelineProject, home: string): readonly string[] {
  const place = join(home, 'nothing')
  mkdirSync(place)
  writeFileSync(join(place, 'action.yml'), 'name: nothing\nruns: { using: composite, steps: [] }\n')
  const workflow = read('.github/workflows/deploy.yml')
  return FOREIGN.flatMap((action) =>
    [...workflow.matchAll(new RegExp(`uses: (${action}@\\S+)`, 'g'))].map((match) => `${match[1] ?? ''}=${place}`),
  ).filter((one, index, all) => folder !== '' && all.indexOf(one) === index)
}
