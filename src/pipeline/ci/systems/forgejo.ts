import { actHandOver, actProblem } from '../act-commands.ts'
import type { CiSystem } from '../ci-system.ts'
import { githubOutside } from '../github-commands.ts'
import { jobFacts } from '../job-facts.ts'

/** Forgejo Actions; variables: forgejo.org/docs, "Actions reference". Its runner also says that it is Gitea's and GitHub's. */
export const system: CiSystem = {
  id: 'forgejo',
  name: 'Forgejo Actions',
  knownBy: ['FORGEJO_ACTIONS'],
  rank: 10,
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
