import type { FileMerge } from '../git/merge-file.ts'
import type { Terminal } from './terminal.ts'

/** Says what a merge came to, beside the file itself: recipients that changed with it, and what conflicts. */
export function reportMerge(file: string, { recipients, conflicts }: FileMerge, terminal: Terminal): void {
  for (const one of recipients.added) terminal.warn(`${file}: the merge lets ${one} read all values`)
  for (const one of recipients.removed) terminal.warn(`${file}: the merge removes the recipient ${one}`)
  for (const one of conflicts) terminal.say(`secrets: ${file}: conflict: ${one}`)
}
