import { SecretsError } from '../../core/errors.ts'
import { checkVariableName } from '../variable-names.ts'
import type { CiHandOver, CiVariables, HandedValue } from './ci-system.ts'
import { detectSystem } from './detect-system.ts'
import { maskTexts } from './mask-texts.ts'
import { planHandOver, refuseUnsafe } from './plan-hand-over.ts'

/** Values for later steps, by the names of their variables. */
export type TextsByName = Readonly<Record<string, string>>

/** How they are handed over. */
export interface HandOverRequest {
  /** Of the job: they say which system runs it. */
  readonly env: CiVariables
  /** Whether values may go to a system that shows them in its log. */
  readonly allowUnmasked?: boolean
}

/** What there is to do, in the order of `CiHandOver`; all of it holds values. */
export interface PlannedHandOver extends CiHandOver {
  /** As after `--ci`. */
  readonly system: string
  /** Names of values that the system is not told to mask, because a log cannot do without them. */
  readonly unmasked: readonly string[]
}

/**
 * What a job has to print, run and write so that the steps that follow have these values, masks first; nothing of it is done.
 * Throws `USAGE` where no known system runs the job, or one that does not keep values secret; `BAD_NAME` for what names no variable; `UNREPRESENTABLE` for values that it
 * cannot take.
 */
export async function handOverTexts(
  texts: TextsByName,
  { env, allowUnmasked = false }: HandOverRequest,
): Promise<PlannedHandOver> {
  const system = await detectSystem(env)?.load()
  if (system === undefined) throw new SecretsError('USAGE', 'no system for pipelines that is known here runs this')
  refuseUnsafe(system, allowUnmasked)
  // A line break in one would be a line of its own in the system's file.
  for (const name of Object.keys(texts)) checkVariableName(name, {})
  const values = Object.entries(texts).map(
    ([name, text]): HandedValue => ({ name, text, masks: maskTexts(text).texts }),
  )
  const unmasked = values.filter(({ masks }) => masks.length === 0).map(({ name }) => name)
  return { ...planHandOver(system, values, env), system: system.id, unmasked }
}
