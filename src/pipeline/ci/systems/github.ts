import type { CiSystem } from '../ci-system.ts'
import { githubHandOver, githubOutside, githubProblem } from '../github-commands.ts'
import { jobFacts } from '../job-facts.ts'

/** GitHub Actions; variables: docs.github.com, "Default environment variables". */
export const system: CiSystem = {
  id: 'github',
  name: 'GitHub Actions',
  knownBy: ['GITHUB_ACTIONS'],
  rank: 30,
  job: (env) => {
    const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: repository, GITHUB_RUN_ID: run } = env
    const url = server && repository && run ? { url: `${server}/${repository}/actions/runs/${run}` } : {}
    const facts = jobFacts(env, {
      repository: 'GITHUB_REPOSITORY',
      ref: 'GITHUB_REF',
      commit: 'GITHUB_SHA',
      actor: ['GITHUB_TRIGGERING_ACTOR', 'GITHUB_ACTOR'],
    })
    const [name, number] = [env['GITHUB_JOB'], env['GITHUB_RUN_NUMBER']]
    return { ...facts, ...url, ...(name && number ? { id: `${name} #${number}` } : {}) }
  },
  outside: githubOutside,
  keyAdvice: `give the step a key: env: { SECRETS_AGE_KEY: "\${{ secrets.SECRETS_AGE_KEY }}" }, or permissions: { id-token: write } for a key service`,
  problem: githubProblem,
  handOver: (values, _env, newDelimiter) => githubHandOver(values, newDelimiter),
}
