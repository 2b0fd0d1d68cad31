import type { CiSystem } from '../../pipeline/ci/ci-system.ts'
import type { CommandContext } from '../context.ts'

/** Says on standard error where this runs, and for whom: what the system tells, and nothing secret. */
export function tellJob(system: CiSystem, { env, terminal }: Pick<CommandContext, 'env' | 'terminal'>): void {
  const { repository, id, ref, commit, actor } = system.job(env)
  const facts = [
    repository,
    id,
    ref === undefined ? commit?.slice(0, 12) : `${ref}${commit === undefined ? '' : ` (${commit.slice(0, 12)})`}`,
    actor === undefined ? undefined : `started by ${actor}`,
  ].filter((fact) => fact !== undefined)
  terminal.note([system.name, ...facts].join(', '))
}
