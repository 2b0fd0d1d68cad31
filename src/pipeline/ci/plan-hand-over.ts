import { randomUUID } from 'node:crypto'
import { SecretsError } from '../../core/errors.ts'
import type { CiHandOver, CiSystem, CiVariables, HandedValue } from './ci-system.ts'

/**
 * Refuses a system that does not keep values secret; to be asked before anything is decrypted. That standard output is a terminal says
 * nothing: some systems give one to jobs whose output goes to a log. Throws `USAGE`.
 */
export function refuseUnsafe(system: CiSystem, allowUnmasked: boolean): void {
  const { refusal } = system
  if (refusal === undefined || (allowUnmasked && system.handOver !== undefined)) return
  throw new SecretsError('USAGE', refusal.message, { hint: refusal.hint })
}

/** How values reach later steps. Throws `UNREPRESENTABLE` with all values that the system cannot take, each with the reason. */
export function planHandOver(system: CiSystem, values: readonly HandedValue[], env: CiVariables): CiHandOver {
  const problems = values.flatMap((value) => {
    const problem = system.problem?.(value, env)
    return problem === undefined ? [] : [`${value.name}: ${problem}`]
  })
  if (problems.length === 0) return system.handOver?.(values, env, newDelimiter) ?? {}
  throw new SecretsError('UNREPRESENTABLE', `${system.name} cannot take every value`, {
    details: problems,
    hint: 'leave these out with --except, or run what needs them: secrets run -- COMMAND',
  })
}

/** As GitHub's own toolkit makes it. */
function newDelimiter(): string {
  return `ghadelimiter_${randomUUID()}`
}
