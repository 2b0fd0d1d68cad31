import type { CiSystem } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** Bitbucket Pipelines; variables: support.atlassian.com, "Variables and secrets". */
export const system: CiSystem = {
  id: 'bitbucket',
  name: 'Bitbucket Pipelines',
  knownBy: ['BITBUCKET_BUILD_NUMBER'],
  rank: 90,
  job: (env) => {
    const { BITBUCKET_REPO_FULL_NAME: repository, BITBUCKET_BUILD_NUMBER: build } = env
    const url = `https://bitbucket.org/${repository}/pipelines/results/${build}`
    const facts = jobFacts(env, {
      repository: 'BITBUCKET_REPO_FULL_NAME',
      ref: ['BITBUCKET_BRANCH', 'BITBUCKET_TAG'],
      commit: 'BITBUCKET_COMMIT',
      actor: 'BITBUCKET_STEP_TRIGGERER_UUID',
      id: 'BITBUCKET_BUILD_NUMBER',
    })
    return repository ? { url, ...facts } : facts
  },
  outside: async (env) => ((env['BITBUCKET_PR_ID'] ?? '') === '' ? false : undefined),
  keyAdvice: 'add SECRETS_AGE_KEY as a secured variable of the repository or deployment',
  refusal: {
    message: 'Bitbucket masks secured variables of its settings alone, and shows those that a step hands on',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
