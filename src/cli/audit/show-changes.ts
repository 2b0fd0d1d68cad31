import type { OpeningFilter } from '../../audit/stored-records.ts'
import type { BlamedEntry } from '../../git/blame-entries.ts'
import { GitObjects } from '../../git/git-objects.ts'
import { requireWorkTree } from '../../git/repository.ts'
import { resolveTargets } from '../../project/targets.ts'
import { blameFile } from '../blame-file.ts'
import type { CommandContext } from '../context.ts'
import { printReport, type ReportForm } from './report.ts'

/** Prints who gave each value its content, as git knows it; what is not committed yet has nobody. */
export async function showChanges(
  targets: readonly string[],
  { form, filter }: { readonly form: ReportForm; readonly filter: OpeningFilter },
  context: CommandContext,
): Promise<undefined> {
  const top = await requireWorkTree(context)
  const files = await resolveTargets(targets, { project: await context.projectIfAny(), cwd: context.cwd })
  const objects = new GitObjects(context)
  try {
    const rows: string[][] = []
    for (const file of files) {
      const entries = await blameFile(file, { top, objects }, context)
      rows.push(...entries.filter(({ commit }) => isWanted(commit, filter)).map((entry) => rowOf(file.shown, entry)))
    }
    const wide = { columns: ['time', 'author', 'email', 'commit', 'file', 'entry', 'subject'], rows }
    await printReport(form === 'table' ? forPeople(rows) : wide, form, context)
  } finally {
    objects.close()
  }
}

function rowOf(file: string, { path, commit }: BlamedEntry): string[] {
  const { date = '', author = '', email = '', id = '', subject = '' } = commit ?? {}
  return [date, author, email, id, file, path, subject]
}

interface Change {
  readonly date: string
  readonly author: string
  readonly email: string
}

function isWanted(commit: Change | undefined, { since, until, who }: OpeningFilter): boolean {
  if (commit === undefined) return since === undefined && until === undefined && who === undefined
  const time = Date.parse(commit.date)
  if (since !== undefined && time < since.getTime()) return false
  if (until !== undefined && time > until.getTime()) return false
  return who === undefined || who === commit.author || who === commit.email
}

function forPeople(rows: readonly (readonly string[])[]): { readonly columns: string[]; readonly rows: string[][] } {
  return {
    columns: ['time', 'author', 'commit', 'file', 'entry'],
    rows: rows.map(([date = '', author = '', , id = '', file = '', entry = '']) => {
      return [date === '' ? 'not committed yet' : date.slice(0, 10), author, id.slice(0, 10), file, entry]
    }),
  }
}
