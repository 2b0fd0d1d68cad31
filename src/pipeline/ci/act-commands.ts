/** Where runners that are made of `act` (Gitea, Forgejo) read GitHub's commands in another way than GitHub's own. */
import type { CiHandOver, CiSystem, CiVariables, HandedValue } from './ci-system.ts'
import { githubHandOver, githubOutside, githubProblem } from './github-commands.ts'
import { jobFacts } from './job-facts.ts'

/**
 * In nektos/act, `pkg/runner/command.go`: a command's name goes up to the last `::` of the line, and a line whose command is not
 * known is printed as it is; of `%25`, `%0D` and `%0A` each is undone by itself, in an order left to chance.
 */
const MISREAD = /::|%0[AD]/

/** As `githubProblem`; beyond that, the values whose mask would be misread, and shown for that. */
export function actProblem(value: HandedValue, env: CiVariables): string | undefined {
  if (value.masks.length > 0 && MISREAD.test(value.text)) {
    return 'the runner misreads the command that is to mask a value with ::, %0A or %0D in it'
  }
  return githubProblem(value, env)
}

/** As `githubHandOver`, without masks that would be misread: those are other forms of values. */
export function actHandOver(values: readonly HandedValue[], newDelimiter: () => string): CiHandOver {
  const readable = values.map((value) => ({ ...value, masks: value.masks.filter((text) => !MISREAD.test(text)) }))
  return githubHandOver(readable, newDelimiter)
}

/** All that systems whose runner is made of `act` have in common: they speak of jobs as GitHub does. */
export const actSystem: Pick<CiSystem, 'job' | 'outside' | 'keyAdvice' | 'problem' | 'handOver'> = {
  job: (env) =>
    jobFacts(env, {
      repository: 'GITHUB_REPOSITORY',
      ref: 'GITHUB_REF',
      commit: 'GITHUB_SHA',
      actor: 'GITHUB_ACTOR',
      id: 'GITHUB_JOB',
    }),
  outside: githubOutside,
  keyAdvice: `give the step a key: env: { SECRETS_AGE_KEY: "\${{ secrets.SECRETS_AGE_KEY }}" }`,
  problem: actProblem,
  handOver: (values, _env, newDelimiter) => actHandOver(values, newDelimiter),
}
