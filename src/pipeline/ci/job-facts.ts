import type { CiJob, CiVariables } from './ci-system.ts'

/** What a system says of a job, by the names of its variables; the first of several that is not empty. */
export type JobVariables = Readonly<Partial<Record<keyof CiJob, string | readonly string[]>>>

/** The facts of a job that variables hold as they are, but for credentials in addresses: some systems put tokens there. */
export function jobFacts(env: CiVariables, variables: JobVariables): CiJob {
  const facts: Partial<Record<keyof CiJob, string>> = {}
  for (const fact of ['url', 'repository', 'ref', 'commit', 'actor', 'id'] as const) {
    const value = [variables[fact] ?? []]
      .flat()
      .map((name) => env[name] ?? '')
      .find((text) => text !== '')
    if (value !== undefined) facts[fact] = value.replace(/^([a-z][a-z0-9+.-]*:\/\/)[^/?#]*@/i, '$1')
  }
  return facts
}

/** `a` differs from `b`; undefined where either is missing. */
export function differ(env: CiVariables, a: string, b: string): boolean | undefined {
  const [first, second] = [env[a] ?? '', env[b] ?? '']
  return first === '' || second === '' ? undefined : first !== second
}
