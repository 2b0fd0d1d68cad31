import type { CiSystem } from '../ci-system.ts'
import { differ, jobFacts } from '../job-facts.ts'

/** Travis CI; variables: docs.travis-ci.com, "Default Environment Variables". */
export const system: CiSystem = {
  id: 'travis',
  name: 'Travis CI',
  knownBy: ['TRAVIS'],
  rank: 130,
  job: (env) =>
    jobFacts(env, {
      url: 'TRAVIS_JOB_WEB_URL',
      repository: 'TRAVIS_REPO_SLUG',
      ref: ['TRAVIS_TAG', 'TRAVIS_BRANCH'],
      commit: 'TRAVIS_COMMIT',
      id: 'TRAVIS_JOB_NUMBER',
    }),
  outside: async (env) => {
    if (!/^\d+$/.test(env['TRAVIS_PULL_REQUEST'] ?? '')) return false
    const differs = differ(env, 'TRAVIS_PULL_REQUEST_SLUG', 'TRAVIS_REPO_SLUG')
    return differs === true ? `a pull request from the fork ${env['TRAVIS_PULL_REQUEST_SLUG']}` : differs
  },
  keyAdvice: 'add SECRETS_AGE_KEY to the settings of the repository, and do not show it in the log',
  refusal: {
    message: 'Travis CI masks variables of its settings alone; those that a line sets are not hidden',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
