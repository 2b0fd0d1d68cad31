import type { CiSystem, CiVariables } from '../ci-system.ts'
import { jobFacts } from '../job-facts.ts'

/**
 * Buildkite; variables: buildkite.com/docs, "Environment variables". Its agent masks what `redactor add` gets, and gives the
 * following hooks and the command of a job what `env set` gets.
 */
export const system: CiSystem = {
  id: 'buildkite',
  name: 'Buildkite',
  knownBy: ['BUILDKITE'],
  rank: 70,
  job: (env) => {
    const facts = jobFacts(env, {
      url: 'BUILDKITE_BUILD_URL',
      repository: 'BUILDKITE_REPO',
      ref: ['BUILDKITE_BRANCH', 'BUILDKITE_TAG'],
      commit: 'BUILDKITE_COMMIT',
      actor: ['BUILDKITE_BUILD_CREATOR', 'BUILDKITE_BUILD_AUTHOR'],
    })
    const [name, number] = [env['BUILDKITE_STEP_KEY'] || env['BUILDKITE_LABEL'], env['BUILDKITE_BUILD_NUMBER']]
    const id = [name, number && `#${number}`].filter(Boolean).join(' ')
    return { ...facts, ...(id === '' ? {} : { id }) }
  },
  outside: async (env) => outsideRepository(env),
  keyAdvice: 'let an environment hook of the agent set SECRETS_AGE_KEY_FILE, or use a key service with its OIDC tokens',
  problem: ({ name }) =>
    /^BUILDKITE(?:_|$)/.test(name) ? 'the agent keeps names that begin so for itself' : undefined,
  handOver: (values) => {
    const masks = [...new Set(values.flatMap((value) => value.masks))]
    const redactor = ['buildkite-agent', 'redactor', 'add', '--format', 'json'] as const
    const setter = ['buildkite-agent', 'env', 'set', '--input-format=json', '--output-format=quiet', '-'] as const
    return {
      programs: [
        ...(masks.length === 0
          ? []
          : [{ command: redactor, input: jsonOf(masks.map((text, index) => [`m${index}`, text])) }]),
        { command: setter, input: jsonOf(values.map(({ name, text }) => [name, text])) },
      ],
      advice: ['the hooks and the command that follow have them: call this in an environment or pre-command hook'],
    }
  },
}

/** Made entry by entry: a name like `__proto__` is one like any other. */
function jsonOf(entries: readonly (readonly [string, string])[]): string {
  return `{${entries.map(([name, text]) => `${JSON.stringify(name)}:${JSON.stringify(text)}`).join(',')}}`
}

function outsideRepository(env: CiVariables): string | false | undefined {
  if (!/^\d+$/.test(env['BUILDKITE_PULL_REQUEST'] ?? '')) return false
  const [own, from] = [nameOf(env['BUILDKITE_REPO']), nameOf(env['BUILDKITE_PULL_REQUEST_REPO'])]
  if (own === undefined || from === undefined) return undefined
  return own.toLowerCase() === from.toLowerCase() ? false : `a pull request from the fork ${from}`
}

/** Owner and repository: one is often an address of SSH, the other of git. */
function nameOf(address: string | undefined): string | undefined {
  return /([^/:]+\/[^/]+?)(?:\.git)?\/?$/.exec(address ?? '')?.[1]
}
