import type { CiSystem } from '../ci-system.ts'
import { differ, jobFacts } from '../job-facts.ts'

/** GitLab CI; variables: docs.gitlab.com, "Predefined CI/CD variables reference". */
export const system: CiSystem = {
  id: 'gitlab',
  name: 'GitLab CI',
  knownBy: ['GITLAB_CI'],
  rank: 40,
  job: (env) => {
    const facts = jobFacts(env, {
      url: 'CI_JOB_URL',
      repository: 'CI_PROJECT_PATH',
      ref: 'CI_COMMIT_REF_NAME',
      commit: 'CI_COMMIT_SHA',
      actor: 'GITLAB_USER_LOGIN',
    })
    const [name, number] = [env['CI_JOB_NAME'], env['CI_JOB_ID']]
    return { ...facts, ...(name && number ? { id: `${name} #${number}` } : {}) }
  },
  outside: async (env) => {
    if (env['CI_PIPELINE_SOURCE'] !== 'merge_request_event') return false
    const differs = differ(env, 'CI_MERGE_REQUEST_SOURCE_PROJECT_PATH', 'CI_MERGE_REQUEST_PROJECT_PATH')
    return differs === true ? `a merge request from the fork ${env['CI_MERGE_REQUEST_SOURCE_PROJECT_PATH']}` : differs
  },
  keyAdvice:
    'add a variable SECRETS_AGE_KEY_FILE of type file to the project; one that is protected reaches protected branches and tags alone',
  refusal: {
    message:
      'GitLab has no way to hand values to later lines or jobs that hides them: it masks nothing at run time, and artifacts can be downloaded',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
