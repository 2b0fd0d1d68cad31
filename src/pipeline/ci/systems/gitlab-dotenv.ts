import type { CiSystem } from '../ci-system.ts'

/** Reports of type dotenv of GitLab CI: asked for, never written. Source: docs.gitlab.com, "artifacts:reports:dotenv". */
export const system: CiSystem = {
  id: 'gitlab-dotenv',
  name: 'GitLab dotenv reports',
  knownBy: [],
  rank: 900,
  job: () => ({}),
  refusal: {
    message:
      'a dotenv report can be downloaded by whoever sees the pipeline, its values are not masked, and it holds one line each',
    hint: 'let each job decrypt for itself: secrets run --redact ENVIRONMENT -- COMMAND',
  },
}
