import type { CiSystem } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** Drone; variables: docs.drone.io, "Environment Reference". */
export const system: CiSystem = {
  id: 'drone',
  name: 'Drone',
  knownBy: ['DRONE'],
  rank: 120,
  job: (env) =>
    jobFacts(env, {
      url: 'DRONE_BUILD_LINK',
      repository: 'DRONE_REPO',
      ref: 'DRONE_COMMIT_REF',
      commit: 'DRONE_COMMIT_SHA',
      actor: 'DRONE_BUILD_TRIGGER',
      id: 'DRONE_BUILD_NUMBER',
    }),
  outside: async (env) => (env['DRONE_BUILD_EVENT'] === 'pull_request' ? undefined : false),
  keyAdvice: 'environment: { SECRETS_AGE_KEY: { from_secret: secrets_age_key } }',
  refusal: {
    message: 'Drone masks secrets of its settings alone, and its steps share nothing but files',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
