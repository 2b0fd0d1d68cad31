import { SecretsError } from '../../core/errors.ts'
import type { FilePlan } from '../../project/access/plan-file.ts'
import type { FileChange } from '../../project/file-change.ts'
import { shownPath } from '../../project/paths.ts'
import type { FlagOption } from '../command.ts'
import type { CommandContext } from '../context.ts'
import { noteUnsealed } from '../note-unsealed.ts'
import { writeChanges } from '../write-changes.ts'
import { planLines } from './plan-report.ts'

/** Options of the commands that show a plan before they write. */
export const PLAN_OPTIONS: { readonly yes: FlagOption; readonly dryRun: FlagOption } = {
  yes: { type: 'boolean', alias: 'y', description: 'do it without asking' },
  dryRun: { type: 'boolean', alias: 'n', description: 'show what would change, and write nothing', conflicts: ['yes'] },
}

/** A plan that a person decides on. */
export interface Decision {
  /** What happens to the configuration, one line each. */
  readonly lines: readonly string[]
  readonly files: readonly FilePlan[]
  readonly changes: readonly FileChange[]
  /** Folder of the project. */
  readonly root: string | undefined
  readonly yes: boolean
  readonly dryRun: boolean
}

/** What came of a plan; `same`: there was nothing to do. */
export type Outcome = 'written' | 'same' | 'not written'

/**
 * Shows a plan, asks unless told not to, and writes all of it or nothing. Warns of files that are not encrypted, which no plan
 * touches. Throws `NOT_INTERACTIVE` where nobody can be asked, and what `writeChanges` throws.
 */
export async function applyPlan(decision: Decision, context: CommandContext): Promise<Outcome> {
  const { lines, files, changes, root, yes, dryRun } = decision
  const { terminal, questions, json } = context
  warnOfPlain(files, context)
  if (changes.length === 0) return 'same'
  if (!json) {
    const paint = (...[style, text]: Parameters<typeof terminal.paint>): string => terminal.paint(style, text, 'stdout')
    await terminal.line([...lines, ...planLines(files, { paint })].join('\n'))
  }
  if (dryRun) return 'not written'
  const agreed =
    yes || (await questions.confirm({ message: 'Write this?', instead: 'look with --dry-run, then --yes' }))
  if (!agreed) return 'not written'
  noteStaged(await writeChanges(changes, root, context), context)
  noteUnsealed(changes, context)
  return 'written'
}

/** Refuses to take the encryption off values unless that was asked for. Throws `SELECTION_EMPTY` naming the first of them. */
export function refusePlaintext(files: readonly FilePlan[], allowed: boolean): void {
  const bared = files.find(({ decrypted }) => decrypted.length > 0)
  const [first] = bared?.decrypted ?? []
  if (allowed || bared === undefined || first === undefined) return
  const count = files.reduce((sum, { decrypted }) => sum + decrypted.length, 0)
  throw new SecretsError(
    'SELECTION_EMPTY',
    `the configuration does not want ${count === 1 ? 'a value' : `${count} values`} encrypted any more; nothing was written`,
    {
      place: { file: bared.target.shown, ...(first.path === '' ? { line: first.line } : { path: first.path }) },
      hint: 'look with --dry-run; to let them stand in clear, say --allow-plaintext',
    },
  )
}

/** Says which files are changed in git alone: nothing in the work tree shows it. */
export function noteStaged(paths: readonly string[], { terminal, cwd }: CommandContext): void {
  if (paths.length === 0) return
  const names = paths.map((path) => shownPath(cwd, path)).join(' ')
  terminal.note(`staged, to be committed: ${names}; the work tree stays in clear`)
}

function warnOfPlain(files: readonly FilePlan[], { terminal }: CommandContext): void {
  for (const { target } of files.filter(({ state }) => state === 'plain')) {
    const decrypted = target.environment?.checkout === 'decrypted'
    const hint = decrypted
      ? 'git does not have it encrypted yet; "git add" encrypts it as the configuration says'
      : `secrets encrypt ${target.shown}`
    terminal.warn(`${target.shown} is not encrypted, and was left alone`, hint)
  }
}
