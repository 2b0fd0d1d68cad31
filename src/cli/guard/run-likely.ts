import { join } from 'node:path'
import { SecretsError } from '../../core/errors.ts'
import type { StoredFile } from '../../git/changed-files.ts'
import { isAllowed } from '../../git/leaked-keys.ts'
import type { RepositoryView } from '../../git/repository-view.ts'
import { eachScanned, type ScanRange } from '../../git/scan-sources.ts'
import { shellWord } from '../../project/check-problem.ts'
import { shownPath } from '../../project/paths.ts'
import type { Findings, ReportedProblem } from '../report-format.ts'
import { counted, reported } from './print-report.ts'
import type { likelySecrets } from './secretlint.ts'

const RULES = { 'likely-secret': 'A file that is no secret file holds what looks like a key or a token.' }

/** Rules go over text; git takes what has a NUL in its first 8,000 bytes for something else (`buffer_is_binary`). */
const JUDGED_BYTES = 8_000

/**
 * Looks for what rules take for keys and tokens, known or not, in the contents of `range`. Needs no key. Throws `USAGE` where
 * secretlint is not installed.
 */
export async function runLikely(range: ScanRange, view: RepositoryView, cwd: string): Promise<Findings> {
  const rules = await loadRules()
  const problems: ReportedProblem[] = []
  const { top } = view
  const files = await eachScanned(range, view, async (file, bytes) => {
    const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    if (content.subarray(0, JUDGED_BYTES).includes(0)) return
    const text = content.toString('utf8')
    const lines = text.split('\n')
    const found = (await rules.likelySecrets(file.path, text)).filter(({ line }) => !isAllowed(lines, line - 1))
    const shown = shownPath(cwd, join(top, file.path))
    problems.push(
      ...found.map((one) => reported(problemOf({ ...one, file: shown, commit: file.commit }), { top, cwd })),
    )
  })
  problems.sort(byPlace)
  const summary = `${counted(problems.length, 'likely secret')} in ${counted(files, 'file')}`
  return { command: 'scan', problems, rules: RULES, summary, counts: { files } }
}

async function loadRules(): Promise<{ readonly likelySecrets: typeof likelySecrets }> {
  try {
    return await import('./secretlint.ts')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'MODULE_NOT_FOUND' && code !== 'ERR_MODULE_NOT_FOUND') throw error
    throw new SecretsError('USAGE', '--likely takes the rules of secretlint, which is not installed beside secretsrc', {
      hint: 'npm install --save-dev @secretlint/core @secretlint/secretlint-rule-preset-recommend',
      cause: error,
    })
  }
}

interface LikelyPlace {
  readonly file: string
  readonly line: number
  readonly column: number
  readonly kind: string
  readonly commit: StoredFile['commit']
}

function problemOf({ file, line, column, kind, commit }: LikelyPlace): Omit<ReportedProblem, 'uri'> {
  const hint =
    commit === undefined
      ? `put it into a secret file, and take it out of ${shellWord(file)}; if it is no secret, write secrets:allow into its line or the one above`
      : 'it is in the history for good: if it is a secret, change it at its source'
  return {
    rule: 'likely-secret',
    message: `looks like a secret: ${kind}`,
    hint,
    file,
    line,
    column,
    ...(commit === undefined ? {} : { commit }),
  }
}

function byPlace(one: ReportedProblem, other: ReportedProblem): number {
  if (one.uri !== other.uri) return one.uri < other.uri ? -1 : 1
  return (one.line ?? 0) - (other.line ?? 0)
}
