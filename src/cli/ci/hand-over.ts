import { randomUUID } from 'node:crypto'
import { SecretsError } from '../../core/errors.ts'
import type { CiHandOver, CiSystem, HandedValue } from '../../pipeline/ci/ci-system.ts'
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
 * Refuses a system that does not keep values secret; to be asked before anything is decrypted. That standard output is a terminal says
 * nothing: some systems give one to jobs whose output goes to a log. Throws `USAGE`.
 */
export function refuseUnsafe(system: CiSystem, { allowUnmasked }: HandOverOptions): void {
  const { refusal } = system
  if (refusal === undefined || (allowUnmasked && system.handOver !== undefined)) return
  throw new SecretsError('USAGE', refusal.message, { hint: refusal.hint })
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
  refuseProblems(system, values, context)
  const plan = system.handOver?.(values, context.env, newDelimiter) ?? {}
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

/** As GitHub's own toolkit makes it. */
function newDelimiter(): string {
  return `ghadelimiter_${randomUUID()}`
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

function refuseProblems(system: CiSystem, values: readonly HandedValue[], { env }: CommandContext): void {
  const problems = values.flatMap((value) => {
    const problem = system.problem?.(value, env)
    return problem === undefined ? [] : [`${value.name}: ${problem}`]
  })
  if (problems.length === 0) return
  throw new SecretsError('UNREPRESENTABLE', `${system.name} cannot take every value`, {
    details: problems,
    hint: 'leave these out with --except, or run what needs them: secrets run -- COMMAND',
  })
}
