import type { CiSystem } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** AWS CodeBuild; variables: docs.aws.amazon.com/codebuild, "Environment variables in build environments". */
export const system: CiSystem = {
  id: 'codebuild',
  name: 'AWS CodeBuild',
  knownBy: ['CODEBUILD_BUILD_ID'],
  rank: 95,
  job: (env) =>
    jobFacts(env, {
      url: 'CODEBUILD_PUBLIC_BUILD_URL',
      repository: 'CODEBUILD_SOURCE_REPO_URL',
      ref: 'CODEBUILD_WEBHOOK_HEAD_REF',
      commit: 'CODEBUILD_RESOLVED_SOURCE_VERSION',
      actor: ['CODEBUILD_WEBHOOK_ACTOR_ACCOUNT_ID', 'CODEBUILD_INITIATOR'],
      id: 'CODEBUILD_BUILD_ID',
    }),
  outside: async (env) => (env['CODEBUILD_WEBHOOK_EVENT']?.startsWith('PULL_REQUEST') ? undefined : false),
  keyAdvice: 'let the role of the project decrypt with AWS KMS, or take SECRETS_AGE_KEY from env: secrets-manager',
  refusal: {
    message: 'CodeBuild shows exported variables in its console and API, and masks nothing at run time',
    hint: 'run what needs them: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
