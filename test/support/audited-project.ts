/** A project in git whose openings are written down. */
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { AuditRecord } from '../../src/audit/audit-record.ts'
import { runCommandLine } from '../../src/cli/command-line.ts'
import { captured, type Outcome } from '../cli/in-process.ts'
import { isolatedEnvironment } from './isolated-environment.ts'
import { type ProjectSandbox, projectSandbox } from './project-sandbox.ts'
import type { TestContext } from './suite.ts'

const FILES = {
  'staging/app.yaml': 'database:\n  password: m4rker-one\nport: 5432\n',
  'production/app.yaml': 'password: m4rker-two\n',
  'production/more.env': 'KEY=m4rker-three\n',
}

/** A project in git, and where its log is. */
export interface AuditedProject {
  readonly project: ProjectSandbox
  readonly log: string
  readonly env: Readonly<Record<string, string>>
  readonly run: (argv: readonly string[], more?: More) => Promise<Outcome>
  readonly records: () => readonly AuditRecord[]
}

/** What a run has beside the log. */
interface More {
  readonly env?: Readonly<Record<string, string>>
  readonly systemSettings?: string
  readonly stdin?: string
}

/** Makes the project; commands run in this process, on the sources. */
export async function auditedProject(context: Pick<TestContext, 'onCleanup'>): Promise<AuditedProject> {
  const project = await projectSandbox(context, FILES)
  const git = (...args: readonly string[]): unknown =>
    execFileSync('git', args, { cwd: project.folder, env: isolatedEnvironment(project.folder), stdio: 'pipe' })
  git('init', '--quiet')
  git('add', '--all')
  git('-c', 'user.name=Alice', '-c', 'user.email=alice@example.org', 'commit', '--quiet', '--message', 'first')
  const log = join(project.folder, '.git', 'log', 'audit.jsonl')
  const env = isolatedEnvironment(project.folder, { ...project.env, SECRETS_AUDIT: `file:${log}`, CI: 'false' })
  const run: AuditedProject['run'] = async (argv, more = {}) => {
    const { environment, stdout, stderr } = captured({
      cwd: project.folder,
      env: { ...env, ...more.env },
      ...(more.stdin === undefined ? {} : { stdin: more.stdin }),
    })
    const { systemSettings } = more
    const here = { ...environment, ...(systemSettings === undefined ? {} : { systemSettings }) }
    const status = await runCommandLine(argv, here)
    return { status, stdout: stdout(), stderr: stderr() }
  }
  return { project, log, env, run, records: () => (existsSync(log) ? recordsIn(log) : []) }
}

/** The records of a log. */
export function recordsIn(path: string): readonly AuditRecord[] {
  const lines = readFileSync(path, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const { record }: { readonly record: AuditRecord } = JSON.parse(line)
    return record
  })
}

/** A required sink that takes nothing. */
export const BROKEN_SINK: Readonly<Record<'SECRETS_AUDIT' | 'SECRETS_AUDIT_REQUIRED', string>> = {
  SECRETS_AUDIT: 'file:/dev/null/audit.jsonl',
  SECRETS_AUDIT_REQUIRED: 'true',
}
