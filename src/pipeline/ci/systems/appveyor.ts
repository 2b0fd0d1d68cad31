import type { CiSystem } from '../ci-system.ts'
import { differ, jobFacts } from '../job-facts.ts'

/** AppVeyor; variables: appveyor.com/docs, "Environment variables". */
export const system: CiSystem = {
  id: 'appveyor',
  name: 'AppVeyor',
  knownBy: ['APPVEYOR'],
  rank: 140,
  job: (env) =>
    jobFacts(env, {
      repository: 'APPVEYOR_REPO_NAME',
      ref: ['APPVEYOR_REPO_TAG_NAME', 'APPVEYOR_REPO_BRANCH'],
      commit: 'APPVEYOR_REPO_COMMIT',
      actor: 'APPVEYOR_ACCOUNT_NAME',
      id: 'APPVEYOR_JOB_NUMBER',
    }),
  outside: async (env) => {
    if ((env['APPVEYOR_PULL_REQUEST_NUMBER'] ?? '') === '') return false
    const differs = differ(env, 'APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME', 'APPVEYOR_REPO_NAME')
    return differs === true ? `a pull request from the fork ${env['APPVEYOR_PULL_REQUEST_HEAD_REPO_NAME']}` : differs
  },
  keyAdvice: 'add SECRETS_AGE_KEY as a secure variable',
  refusal: {
    message: 'AppVeyor masks nothing at run time, and takes values for later lines on a command line alone',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
