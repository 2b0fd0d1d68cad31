import type { FileCommit } from '../git/file-history.ts'
import type { Terminal } from './terminal.ts'
import { visible } from './visible-text.ts'

/** Characters of a commit's id that people are shown: enough for any repository of this kind. */
const SHORT = 10

/** `3f2a1b9c0d 2026-11-23 Alice`, with control characters spelled out. */
export function commitText({ id, date, author }: FileCommit): string {
  return `${id.slice(0, SHORT)} ${date.slice(0, 10)} ${visible(author)}`
}

/** The heading of a commit in a log. */
export function commitLine(commit: FileCommit, terminal: Terminal): string {
  return `${terminal.paint('strong', commitText(commit), 'stdout')}  ${visible(commit.subject)}`
}

/** A commit for programs. */
export function commitJson({ id, date, author, email, subject }: FileCommit): Readonly<Record<string, string>> {
  return { commit: id, date, author, email, subject }
}
