import type { CiSystem } from '../ci-system.ts'

/** Outputs of a job of GitHub Actions: asked for, never taken. */
export const system: CiSystem = {
  id: 'github-output',
  name: 'GitHub job outputs',
  knownBy: [],
  rank: 900,
  job: () => ({}),
  refusal: {
    message:
      'outputs of jobs are kept and shown by GitHub in clear, and it drops those in which it finds a masked value',
    hint: 'let each job decrypt for itself: "secrets ci" as one of its steps',
  },
}
