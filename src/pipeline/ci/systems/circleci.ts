import { shellQuoted } from '../../exports/shell-quoting.ts'
import type { CiSystem } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/** CircleCI; variables: circleci.com/docs, "Project values and variables". Every step of bash reads the file of `BASH_ENV`. */
export const system: CiSystem = {
  id: 'circleci',
  name: 'CircleCI',
  knownBy: ['CIRCLECI'],
  rank: 60,
  job: (env) => {
    const { CIRCLE_PROJECT_USERNAME: owner, CIRCLE_PROJECT_REPONAME: repository } = env
    const facts = jobFacts(env, {
      url: 'CIRCLE_BUILD_URL',
      ref: ['CIRCLE_BRANCH', 'CIRCLE_TAG'],
      commit: 'CIRCLE_SHA1',
      actor: 'CIRCLE_USERNAME',
    })
    const [name, number] = [env['CIRCLE_JOB'], env['CIRCLE_BUILD_NUM']]
    return {
      ...facts,
      ...(owner && repository ? { repository: `${owner}/${repository}` } : {}),
      ...(name && number ? { id: `${name} #${number}` } : {}),
    }
  },
  outside: async ({ CIRCLE_PR_USERNAME: owner, CIRCLE_PR_REPONAME: repository, CIRCLE_BRANCH: branch }) => {
    if (owner && repository) return `a pull request from the fork ${owner}/${repository}`
    return /^pull\/\d+$/.test(branch ?? '') ? 'a pull request from a fork' : false
  },
  keyAdvice: 'add SECRETS_AGE_KEY to a context, and name the context in the workflow',
  handOver: (values) => ({
    appends: [
      {
        variable: 'BASH_ENV',
        text: values.map(({ name, text }) => `export ${name}=${shellQuoted(text)}\n`).join(''),
        mayBeNew: true,
      },
    ],
    advice: ['every later step of bash has them; others and this one: source "$BASH_ENV"'],
  }),
  refusal: {
    message: 'CircleCI hands values to later steps, but masks none that a job adds by itself',
    hint: 'run what needs them with "secrets run --redact ENVIRONMENT -- COMMAND", or say --allow-unmasked',
  },
}
