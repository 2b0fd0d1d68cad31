/** Workflows of GitHub, run by act on this machine: without containers, without a network, in a copy of the repository. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
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

/** What came of it. What a step printed last may be missing in `stdout`: act closes its terminal without reading all. */
export interface WorkflowResult extends ProgramResult {
  /** What the shop's programs wrote to the file that `SHOP_NOTES` names. */
  readonly notes: string
}

/** Runs the workflows of a committed project. Never throws for a job that fails. */
export async function runWorkflow(
  project: PipelineProject,
  { event = 'push', payload = { ref: 'refs/heads/main' }, job, secrets = {}, env = {} }: WorkflowRun,
  context: TestContext,
): Promise<WorkflowResult> {
  const act = needPeer('act', context)
  const home = temporaryFolder(context)
  const write = (name: string, text: string): string => {
    writeFileSync(join(home, name), text, { mode: 0o600 })
    return join(home, name)
  }
  const notes = write('notes', '')
  const labels = ['ubuntu-24.04', 'ubuntu-latest', 'host'].flatMap((label) => ['-P', `${label}=-self-hosted`])
  const files = {
    '--eventpath': write('event.json', JSON.stringify(payload)),
    '--secret-file': write('secrets', dotenv(secrets)),
    '--env-file': write('env', dotenv({ SHOP_NOTES: notes })),
  }
  const actions = standIns(project, home).flatMap((action) => ['--local-repository', action])
  const jobs = job === undefined ? [] : ['--job', job]
  const args = [event, '--no-cache-server', ...labels, ...Object.entries(files).flat(), ...actions, ...jobs]
  const given = { HOME: home, XDG_CACHE_HOME: join(home, '.cache'), XDG_CONFIG_HOME: join(home, '.config') }
  // act sets CI for the jobs; where it is set outside, act thinks that it runs in a job itself.
  const { CI: _, ...all }: Record<string, string> = { ...jobEnvironment(project), ...given, ...env }
  const result = await runProgram(act, args, { cwd: project.folder, env: all, timeout: 120_000 })
  return { ...result, notes: readFileSync(notes, 'utf8') }
}

function dotenv(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}\n`)
    .join('')
}

/** For each version of a foreign action that the workflows use: where act finds the one that does nothing. */
function standIns(project: PipelineProject, home: string): readonly string[] {
  const place = join(home, 'nothing')
  mkdirSync(place)
  writeFileSync(join(place, 'action.yml'), 'name: nothing\nruns: { using: node24, main: main.js }\n')
  writeFileSync(join(place, 'main.js'), '')
  const workflow = project.read('.github/workflows/deploy.yml')
  return FOREIGN.flatMap((action) =>
    [...workflow.matchAll(new RegExp(`uses: (${action}@\\S+)`, 'g'))].map((match) => `${match[1] ?? ''}=${place}`),
  ).filter((one, index, all) => all.indexOf(one) === index)
}
