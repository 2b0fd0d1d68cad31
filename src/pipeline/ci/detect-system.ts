import type { CiVariables } from './ci-system.ts'
import { type CiSystemEntry, ciSystems } from './systems/registry.ts'

/** The variable by which most systems say that they are one, without saying which. */
const GENERAL = 'CI'

/** Systems in the order in which they are looked for: those that imitate others first. */
const IN_ORDER: readonly CiSystemEntry[] = ciSystems.toSorted((left, right) => left.rank - right.rank)

/** The system that runs this process, if a known one does; not loaded. `CI=false` means none, whatever else is set. */
export function detectSystem(env: CiVariables): CiSystemEntry | undefined {
  return isDeclined(env) ? undefined : IN_ORDER.find(({ knownBy }) => knownBy.some((mark) => isMarked(env, mark)))
}

/** Whether a system for pipelines runs this process, known or not. */
export function isInPipeline(env: CiVariables): boolean {
  return !isDeclined(env) && (env[GENERAL] !== undefined || detectSystem(env) !== undefined)
}

function isDeclined(env: CiVariables): boolean {
  const general = env[GENERAL]
  return general !== undefined && /^(?:false|0|)$/i.test(general)
}

function isMarked(env: CiVariables, mark: string): boolean {
  const [name = '', value] = mark.split('=')
  const found = env[name] ?? ''
  return value === undefined ? found !== '' : found === value
}
