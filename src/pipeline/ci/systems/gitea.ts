import { actHandOver, actProblem } from '../act-commands.ts'
import type { CiSystem } from '../ci-system.ts'
import { githubOutside } from '../github-commands.ts'
import { jobFacts } from '../job-facts.ts'

/** Gitea Actions; variables: docs.gitea.com, "Gitea Actions variables". Its runner is made of `act` and also says that it is GitHub's. */
export const system: CiSystem = {
  id: 'gitea',
  name: 'Gitea Actions',
  knownBy: ['GITEA_ACTIONS'],
  rank: 20,
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
