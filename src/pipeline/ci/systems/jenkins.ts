import type { CiSystem } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** Jenkins; variables: the page `/env-vars.html` of every Jenkins, and those of multibranch pipelines (`CHANGE_…`). */
export const system: CiSystem = {
  id: 'jenkins',
  name: 'Jenkins',
  knownBy: ['JENKINS_URL'],
  rank: 80,
  job: (env) =>
    jobFacts(env, {
      url: ['RUN_DISPLAY_URL', 'BUILD_URL'],
      repository: 'GIT_URL',
      ref: ['BRANCH_NAME', 'GIT_BRANCH'],
      commit: 'GIT_COMMIT',
      actor: ['BUILD_USER_ID', 'CHANGE_AUTHOR'],
      id: 'BUILD_TAG',
    }),
  outside: async ({ CHANGE_ID: change, CHANGE_FORK: fork }) =>
    change && fork ? `a change from the fork ${fork}` : false,
  keyAdvice: `withCredentials([file(credentialsId: 'age-key', variable: 'SECRETS_AGE_KEY_FILE')]) { … }`,
  refusal: {
    message: 'Jenkins masks its own credentials alone, and no program can add to them',
    hint: "withCredentials([file(credentialsId: 'age-key', variable: 'SECRETS_AGE_KEY_FILE')]) { sh 'secrets run --redact ENVIRONMENT -- COMMAND' }",
  },
}
