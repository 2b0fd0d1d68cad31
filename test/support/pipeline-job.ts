/** Jobs of the pipeline files of an example, and how a runner would run them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'

/** A job, as its file says. */
export interface PipelineJob {
  /** What is run in the end: the last step of GitHub, all lines of GitLab. */
  readonly script: string
  readonly env: Readonly<Record<string, string>>
  /** GitHub: the inputs of the step with this action. */
  readonly inputsOf: (action: string) => Readonly<Record<string, string>>
  /** GitLab: the audiences of the tokens that the job gets, by variable. */
  readonly audiences: Readonly<Record<string, string>>
}

interface Step {
  readonly uses?: string
  readonly run?: string
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
}

interface GitLabJob {
  readonly extends?: string
  readonly variables?: Readonly<Record<string, string>>
  readonly before_script?: readonly string[]
  readonly script?: readonly string[]
  readonly id_tokens?: Readonly<Record<string, { readonly aud: string }>>
}

/** A job of `.github/workflows/deploy.yml`. */
export function githubJob(folder: string, name: string): PipelineJob {
  // What GitHub's schema says; actionlint judges the file.
  const { jobs } = parse(readFileSync(join(folder, '.github', 'workflows', 'deploy.yml'), 'utf8')) as {
    readonly jobs: Readonly<Record<string, { readonly steps: readonly Step[] }>>
  }
  const steps = jobs[name]?.steps ?? []
  const last = steps.at(-1)
  return {
    script: last?.run ?? '',
    env: last?.env ?? {},
    inputsOf: (action) => steps.find(({ uses }) => uses?.startsWith(`${action}@`))?.with ?? {},
    audiences: {},
  }
}

/** A job of `.gitlab-ci.yml`, with what it extends. */
export function gitlabJob(folder: string, name: string): PipelineJob {
  // What GitLab's schema says; check-jsonschema judges the file.
  const jobs = parse(readFileSync(join(folder, '.gitlab-ci.yml'), 'utf8')) as Readonly<Record<string, GitLabJob>>
  const own = jobs[name] ?? {}
  const base = jobs[own.extends ?? ''] ?? {}
  const merged: GitLabJob = { ...base, ...own, variables: { ...base.variables, ...own.variables } }
  const tokens = Object.entries(merged.id_tokens ?? {})
  return {
    script: [...(merged.before_script ?? []), ...(merged.script ?? [])].join('\n'),
    env: merged.variables ?? {},
    inputsOf: () => ({}),
    audiences: Object.fromEntries(tokens.map(([variable, { aud }]) => [variable, aud])),
  }
}
