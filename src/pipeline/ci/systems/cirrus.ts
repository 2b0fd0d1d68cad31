import type { CiSystem } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** Cirrus CI; variables: cirrus-ci.org/guide/writing-tasks, "Environment Variables". */
export const system: CiSystem = {
  id: 'cirrus',
  name: 'Cirrus CI',
  knownBy: ['CIRRUS_CI'],
  rank: 150,
  job: (env) =>
    jobFacts(env, {
      repository: 'CIRRUS_REPO_FULL_NAME',
      ref: ['CIRRUS_TAG', 'CIRRUS_BRANCH'],
      commit: 'CIRRUS_CHANGE_IN_REPO',
      id: 'CIRRUS_TASK_ID',
    }),
  outside: async (env) => ((env['CIRRUS_PR'] ?? '') === '' ? false : undefined),
  keyAdvice: 'add SECRETS_AGE_KEY as an encrypted variable',
  refusal: {
    message:
      'Cirrus CI masks its own encrypted variables alone; those of CIRRUS_ENV are marked by their names, not hidden for sure',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
