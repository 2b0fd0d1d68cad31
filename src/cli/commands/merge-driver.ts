import { readFile, writeFile } from 'node:fs/promises'
import { mergeFile } from '../../git/merge-file.ts'
import { shellWord } from '../../project/check-problem.ts'
import { type Command, defineCommand } from '../command.ts'
import { reportMerge } from '../merge-messages.ts'
import { findUnexpected } from '../merge-recipients.ts'
import { visible } from '../visible-text.ts'

/** What git takes for a conflict (`gitattributes`, "Defining a custom merge driver"). */
const CONFLICT = 1

/** `secrets merge-driver %O %A %B %L %P %S %X %Y`, called by git. */
export const command: Command = defineCommand({
  name: 'merge-driver',
  group: 'hidden',
  summary: 'merge the versions of a secret file, for git',
  examples: [],
  positionals: {
    base: { arity: 'one', description: 'file with the version of the common ancestor (%O)' },
    ours: { arity: 'one', description: 'file with our version, which gets the result (%A)' },
    theirs: { arity: 'one', description: 'file with their version (%B)' },
    more: { arity: 'many', description: 'size of markers, path and labels (%L %P %S %X %Y)' },
  },
  async run({ base, ours, theirs, more }, context) {
    const [size = '', path = ours, , ourLabel, theirLabel] = more
    const versions = { base: await readFile(base), ours: await readFile(ours), theirs: await readFile(theirs) }
    const merge = await mergeFile(
      { ...versions, base: versions.base.length === 0 ? undefined : versions.base },
      {
        path,
        keyring: await context.keyring(),
        unexpected: await findUnexpected(path, label(theirLabel, '%Y'), context),
        now: context.now(),
        markers: {
          ours: label(ourLabel, '%X') ?? 'ours',
          theirs: label(theirLabel, '%Y') ?? 'theirs',
          size: Number(size) > 0 ? Number(size) : 7,
        },
      },
    )
    await writeFile(ours, merge.content)
    reportMerge(path, merge, context.terminal)
    if (merge.outcome === 'merged') return 0
    context.terminal.say(`hint: secrets merge ${visible(shellWord(path))}`)
    return CONFLICT
  },
})

/** Git before 2.44 hands placeholders for labels on as they are. */
function label(given: string | undefined, placeholder: string): string | undefined {
  return given === undefined || given === '' || given === placeholder ? undefined : given
}
