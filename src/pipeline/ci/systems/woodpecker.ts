import type { CiSystem } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** Woodpecker; variables: woodpecker-ci.org/docs, "Environment variables". It descends from Drone. */
export const system: CiSystem = {
  id: 'woodpecker',
  name: 'Woodpecker',
  knownBy: ['CI_SYSTEM_NAME=woodpecker', 'CI=woodpecker'],
  rank: 110,
  job: (env) =>
    jobFacts(env, {
      url: ['CI_PIPELINE_URL', 'CI_PIPELINE_FORGE_URL'],
      repository: 'CI_REPO',
      ref: 'CI_COMMIT_REF',
      commit: 'CI_COMMIT_SHA',
      actor: ['CI_PIPELINE_AUTHOR', 'CI_COMMIT_AUTHOR'],
      id: 'CI_PIPELINE_NUMBER',
    }),
  outside: async (env) => (env['CI_PIPELINE_EVENT'] === 'pull_request' ? undefined : false),
  keyAdvice: 'environment: { SECRETS_AGE_KEY: { from_secret: secrets_age_key } }',
  refusal: {
    message: 'Woodpecker masks secrets of its settings alone, and its steps share nothing but files',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
