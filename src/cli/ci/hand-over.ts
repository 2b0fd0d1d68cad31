import type { CiHandOver, CiSystem } from '../../pipeline/ci/ci-system.ts'
import { planHandOver } from '../../pipeline/ci/plan-hand-over.ts'
import type { CommandContext } from '../context.ts'
import { type OpenAppend, openAppend } from './append-once.ts'
import { feedProgram } from './feed-program.ts'
import type { HandedValues } from './handed-values.ts'

/** What the user allows beside the ordinary. */
export interface HandOverOptions {
  /** Values for a system that would show them in its log. */
  readonly allowUnmasked: boolean
}

/**
 * Hands values to later steps of a job: masks before anything else, and files are opened before the first mask, so that nothing is
 * half done for a reason that could be known. Throws `UNREPRESENTABLE` with all values that the system cannot take; see `openAppend` and
 * `feedProgram`.
 */
export async function handToSteps(
  system: CiSystem,
  { values, unmasked }: HandedValues,
  context: CommandContext,
): Promise<void> {
  const plan = planHandOver(system, values, context.env)
  const files: OpenAppend[] = []
  try {
    for (const append of plan.appends ?? []) files.push(await openAppend(append, context))
    await carryOut(plan, files, context)
  } finally {
    for (const file of files) await file.close()
  }
  const names = values.map(({ name }) => name)
  context.terminal.note(`${system.name} has for the steps that follow: ${names.join(', ') || 'nothing'}`)
  if (unmasked.length > 0) context.terminal.note(`not masked: ${unmasked.join(', ')}`)
  for (const line of plan.advice ?? []) context.terminal.note(line)
}

async function carryOut(
  { masks = [], programs = [], commands = [] }: CiHandOver,
  files: readonly OpenAppend[],
  context: CommandContext,
): Promise<void> {
  const print = (lines: readonly string[]): Promise<void> =>
    context.terminal.result(lines.map((line) => `${line}\n`).join(''))
  if (masks.length > 0) await print(masks)
  for (const program of programs) await feedProgram(program, context)
  for (const file of files) await file.write()
  if (commands.length > 0) await print(commands)
}
