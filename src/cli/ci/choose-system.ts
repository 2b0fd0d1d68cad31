import { SecretsError } from '../../core/errors.ts'
import type { CiSystem, CiVariables } from '../../pipeline/ci/ci-system.ts'
import { detectSystem } from '../../pipeline/ci/detect-system.ts'
import { ciSystems } from '../../pipeline/ci/systems/registry.ts'

/** For `--ci`: the system that is detected, whichever it is. */
export const AUTO = 'auto'

/** What `--ci` takes. */
export function ciChoices(): readonly string[] {
  return [AUTO, ...ciSystems.map(({ id }) => id)]
}

/**
 * The system that a choice of `--ci` names. It has to be the one that runs this process: the commands of another would be
 * printed into the log, values and all. Throws `USAGE` where none is detected, or another.
 */
export async function chosenSystem(choice: string, env: CiVariables): Promise<CiSystem> {
  const detected = detectSystem(env)
  const asked = ciSystems.find(({ id }) => id === choice)
  // A place that is asked for in a system's stead, to be refused.
  if (asked !== undefined && asked.knownBy.length === 0) return asked.load()
  if (asked !== undefined && asked !== detected) throw notHere(asked, detected?.id)
  if (detected === undefined) throw noSystem()
  return detected.load()
}

function noSystem(): SecretsError {
  return new SecretsError('USAGE', 'no system for pipelines that is known here runs this', {
    hint: 'elsewhere use "secrets run -- COMMAND" or "secrets export --format"; CI=false hides the system that there is',
  })
}

function notHere(asked: { readonly name: string; readonly knownBy: readonly string[] }, other?: string): SecretsError {
  return new SecretsError(
    'USAGE',
    `this does not run in ${asked.name}, whose commands would show the values elsewhere`,
    {
      hint: other === undefined ? `it sets ${asked.knownBy.join(' or ')}` : `say --ci ${other}, or --ci ${AUTO}`,
    },
  )
}
