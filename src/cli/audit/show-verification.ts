import { type ChainHead, formatHead } from '../../audit/chain/chain-line.ts'
import type { FoundLine } from '../../audit/chain/read-chain.ts'
import { type Verification, verifyLog } from '../../audit/verify-log.ts'
import type { CommandContext } from '../context.ts'
import type { ReportForm } from './report.ts'

/** Prints what verifying found; 1 where the log is not what was written. */
export async function showVerification(
  lines: readonly FoundLine[],
  { form, kept }: { readonly form: ReportForm; readonly kept: ChainHead | undefined },
  { terminal }: Pick<CommandContext, 'terminal'>,
): Promise<number> {
  const found = verifyLog(lines, kept)
  const head = found.head === undefined ? undefined : formatHead(found.head)
  if (form === 'json') {
    const { lines: records, repaired, problem = null } = found
    await terminal.json({ sound: problem === null, records, repaired, head: head ?? null, problem })
  } else {
    await terminal.line(sentence(found))
    if (found.problem === undefined && head !== undefined) await terminal.line(`head ${head}`)
  }
  return found.problem === undefined ? 0 : 1
}

function sentence({ lines, problem, repaired }: Verification): string {
  if (problem !== undefined) return `broken: ${problem}`
  const mended = repaired === 0 ? '' : `; ${repaired} cut off by a crash, and accounted for`
  return `sound: ${lines} ${lines === 1 ? 'record' : 'records'}${mended}`
}
