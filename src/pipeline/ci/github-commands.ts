/** The commands and files of GitHub's runner, which those of Gitea and Forgejo read as well. */
import type { CiHandOver, CiVariables, HandedValue, ReadJobFile } from './ci-system.ts'

/**
 * A mask command: `::add-mask::DATA` at the start of a line of standard output, with `%`, CR and LF escaped, `%` first
 * (actions/runner, `ActionCommand.cs`; actions/toolkit, `command.ts`).
 */
function addMask(text: string): string {
  return `::add-mask::${text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')}`
}

/**
 * One entry of the file that `GITHUB_ENV` names, in the form that holds any text: `NAME<<DELIMITER`, the text, the delimiter alone
 * on a line (actions/runner, `FileCommandManager.cs`). The line break before the delimiter is none of the text's.
 */
function fileEntry(name: string, text: string, newDelimiter: () => string): string {
  let delimiter = newDelimiter()
  // It cannot be guessed, so this is for a source of chance that repeats itself.
  while (text.includes(delimiter) || name.includes(delimiter)) delimiter += newDelimiter()
  return `${name}<<${delimiter}\n${text}\n${delimiter}\n`
}

/** How a runner of this kind takes values. */
export function githubHandOver(values: readonly HandedValue[], newDelimiter: () => string): CiHandOver {
  return {
    masks: [...new Set(values.flatMap(({ masks }) => masks))].map(addMask),
    appends: [
      {
        variable: 'GITHUB_ENV',
        text: values.map(({ name, text }) => fileEntry(name, text, newDelimiter)).join(''),
      },
    ],
  }
}

/**
 * What the file does not take: names that the runner keeps for itself, and on Windows, where it takes CR LF for one line break, a
 * CR at the end.
 */
export function githubProblem({ name, text }: HandedValue, env: CiVariables): string | undefined {
  if (/^(?:GITHUB|RUNNER|ACTIONS)_/i.test(name)) return 'the runner keeps names that begin so for itself'
  if (/^NODE_OPTIONS$/i.test(name)) return 'the runner takes no NODE_OPTIONS from a step'
  if (env['RUNNER_OS'] === 'Windows' && text.endsWith('\r')) return 'the runner would drop the CR at its end'
  return undefined
}

/** Events whose jobs get no secrets where the change comes from elsewhere; not `pull_request_target`, which gets all. */
const OUTSIDE_EVENTS = /^pull_request(?:_review|_review_comment)?$/

/** Whether the job is for a pull request from a fork or from Dependabot, by the event that the runner wrote to a file. */
export async function githubOutside(env: CiVariables, read: ReadJobFile): Promise<string | false | undefined> {
  if (!OUTSIDE_EVENTS.test(env['GITHUB_EVENT_NAME'] ?? '')) return false
  if (env['GITHUB_ACTOR'] === 'dependabot[bot]')
    return 'a pull request of Dependabot, which gets other secrets than yours'
  const event = parsedEvent(await read(env['GITHUB_EVENT_PATH'] ?? ''))
  const head = memberOf(memberOf(event, 'pull_request'), 'head')
  const base = memberOf(memberOf(event, 'pull_request'), 'base')
  const own = memberOf(memberOf(base, 'repo'), 'full_name') ?? env['GITHUB_REPOSITORY']
  if (head === undefined || own === undefined) return undefined
  const from = memberOf(memberOf(head, 'repo'), 'full_name')
  if (from === own) return false
  // The repository of a fork that was removed is null.
  return `a pull request from the fork ${typeof from === 'string' ? from : 'that is no more'}`
}

function parsedEvent(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined
}
