import { formatPath, parsePath } from '../../core/path-syntax.ts'
import { CommittedVersions } from '../../git/committed-versions.ts'
import { fileHistory } from '../../git/file-history.ts'
import { GitObjects } from '../../git/git-objects.ts'
import { type LoggedCommit, logEntries } from '../../git/log-entries.ts'
import { requireWorkTree } from '../../git/repository.ts'
import { pathInRepository } from '../../git/revision.ts'
import type { EntryDifference } from '../../project/diff-entries.ts'
import { environmentFiles, resolveTargets, type TargetFile } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import { commitJson, commitLine } from '../commit-line.ts'
import type { CommandContext } from '../context.ts'
import { diffLines } from '../diff-report.ts'
import { jsonValueOf } from '../shown-value.ts'

/** `secrets log` */
export const command: Command = defineCommand({
  name: 'log',
  group: 'git',
  summary: 'say which commits changed which values',
  description: [
    'Commits that changed entries of secret files, newest first, with the entries: + is new, - is gone, ~ has another value. Secret values ' +
      'are shown with --reveal alone. Commits that changed formatting, recipients or data keys alone are left out.',
    'Without a key, ciphertexts are compared; what was encrypted anew under another data key is marked with ?.',
  ],
  examples: [
    { line: 'secrets log', description: 'all environments' },
    { line: 'secrets log production', description: 'one environment' },
    { line: 'secrets log secrets/app.yaml database.password', description: 'one entry, or all below it' },
    { line: 'secrets log --limit 5 --reveal staging', description: 'the last five changes, with values' },
  ],
  positionals: {
    target: { arity: 'optional', description: 'environment, file or glob (default: all)', complete: 'target' },
    path: { arity: 'optional', description: 'path of an entry: a.b[0]', complete: 'path' },
  },
  options: {
    limit: { type: 'number', value: 'COUNT', description: 'at most so many commits of each file' },
    reveal: { type: 'boolean', description: 'show secret values' },
  },
  json: true,
  async run({ target, path, limit, reveal }, context) {
    const top = await requireWorkTree(context)
    const files = await filesOf(target, context)
    const wanted = { path: path === undefined ? '' : formatPath(parsePath(path)), limit: limit ?? Infinity, top }
    const objects = new GitObjects(context)
    try {
      const logs = await Promise.all(files.map((file) => logOf(file, { ...wanted, objects }, context)))
      await print(interleaved(logs), reveal, context)
    } finally {
      objects.close()
    }
  },
})

interface LogOptions {
  readonly path: string
  readonly limit: number
  readonly top: string
  readonly objects: GitObjects
}

interface LoggedFile extends LoggedCommit {
  readonly file: string
}

async function filesOf(target: string | undefined, context: CommandContext): Promise<readonly TargetFile[]> {
  if (target === undefined) return environmentFiles(await context.project(), context.cwd)
  return resolveTargets([target], { project: await context.projectIfAny(), cwd: context.cwd })
}

async function logOf(file: TargetFile, options: LogOptions, context: CommandContext): Promise<readonly LoggedFile[]> {
  const history = await fileHistory(await pathInRepository(options.top, file.path), 'HEAD', context)
  const versions = new CommittedVersions(options.objects, await context.keyring())
  const found: LoggedFile[] = []
  for await (const { commit, entries } of logEntries(history, versions)) {
    if (found.length >= options.limit) break
    const chosen = entries.filter((entry) => isBelow(entry.path, options.path))
    if (chosen.length > 0) found.push({ commit, entries: chosen, file: file.shown })
  }
  return found
}

function isBelow(path: string, wanted: string): boolean {
  return wanted === '' || path === wanted || path.startsWith(`${wanted}.`) || path.startsWith(`${wanted}[`)
}

/** One list of several, newest first: each keeps its order, which is that of the graph, and files of one commit stay together. */
function interleaved(logs: readonly (readonly LoggedFile[])[]): readonly LoggedFile[] {
  const rest = logs.filter((log) => log.length > 0).map((log) => [...log])
  const result: LoggedFile[] = []
  while (rest.some((log) => log.length > 0)) {
    const newest = rest.reduce((best, log) => (dateOf(log[0]) > dateOf(best[0]) ? log : best))
    const id = newest[0]?.commit.id
    for (const log of rest) result.push(...log.splice(0, log[0]?.commit.id === id ? 1 : 0))
  }
  return result
}

function dateOf(logged: LoggedFile | undefined): number {
  return logged === undefined ? -Infinity : Date.parse(logged.commit.date)
}

async function print(logged: readonly LoggedFile[], reveal: boolean, context: CommandContext): Promise<void> {
  const { terminal, json } = context
  if (json) {
    const commits = logged.map(({ commit, file, entries }) => ({
      ...commitJson(commit),
      file,
      entries: entries.map((entry) => entryJson(entry, reveal)),
    }))
    return terminal.json({ commits })
  }
  if (logged.length === 0) terminal.note('no commit changed anything there')
  const paint = (...[style, text]: Parameters<typeof terminal.paint>): string => terminal.paint(style, text, 'stdout')
  let last = ''
  for (const { commit, ...one } of logged) {
    if (commit.id !== last) await terminal.line(commitLine(commit, terminal))
    last = commit.id
    const lines = diffLines(asDifference(one), { reveal, paint })
    await terminal.line(lines.map((line) => `  ${line}`).join('\n'))
  }
}

function entryJson({ path, document, change, secret, before, after }: EntryDifference, reveal: boolean): unknown {
  const shown = reveal || !secret
  return {
    path,
    ...(document === 0 ? {} : { document: document + 1 }),
    change,
    secret,
    ...(shown && before !== undefined ? { before: jsonValueOf(before) } : {}),
    ...(shown && after !== undefined ? { after: jsonValueOf(after) } : {}),
  }
}

function asDifference({ file, entries }: Omit<LoggedFile, 'commit'>): Parameters<typeof diffLines>[0] {
  return {
    file,
    formerly: undefined,
    change: 'changed',
    entries,
    recipients: { added: [], removed: [] },
    remarks: [],
    unreadable: [],
  }
}
