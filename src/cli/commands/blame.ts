import type { BlamedEntry } from '../../git/blame-entries.ts'
import { GitObjects } from '../../git/git-objects.ts'
import { requireWorkTree } from '../../git/repository.ts'
import { resolveTargets, type TargetFile } from '../../project/targets.ts'
import { blameFile } from '../blame-file.ts'
import { type Command, defineCommand } from '../command.ts'
import { commitJson, commitText } from '../commit-line.ts'
import type { CommandContext } from '../context.ts'
import { visible } from '../visible-text.ts'

/** `secrets blame` */
export const command: Command = defineCommand({
  name: 'blame',
  group: 'git',
  summary: 'say who changed each value last, and in which commit',
  description: [
    'Follows every entry back through the commits to the one that gave it its value: over merges, renames, moved lines and new data keys. ' +
      'Values are never shown.',
    'Without a key, ciphertexts are followed: then a new data key counts as a change.',
  ],
  examples: [{ line: 'secrets blame secrets/production.yaml', description: 'all entries of a file' }],
  positionals: {
    target: { arity: 'some', description: 'environments, files or globs', complete: 'target' },
  },
  json: true,
  async run({ target }, context) {
    const { terminal, json } = context
    const top = await requireWorkTree(context)
    const files = await resolveTargets(target, { project: await context.projectIfAny(), cwd: context.cwd })
    const objects = new GitObjects(context)
    try {
      const found: unknown[] = []
      for (const file of files) {
        const entries = await blameFile(file, { top, objects }, context)
        if (json) found.push({ file: file.shown, entries: entries.map(entryJson) })
        else await printFile(file, entries, { withName: files.length > 1 }, context)
      }
      if (json) await terminal.json({ files: found })
    } finally {
      objects.close()
    }
  },
})

async function printFile(
  file: TargetFile,
  entries: readonly BlamedEntry[],
  { withName }: { readonly withName: boolean },
  { terminal }: CommandContext,
): Promise<void> {
  if (withName) await terminal.line(terminal.paint('strong', visible(file.shown), 'stdout'))
  const origins = entries.map(({ commit }) => (commit === undefined ? 'not committed yet' : commitText(commit)))
  const width = Math.max(...origins.map((origin) => origin.length), 0)
  for (const [index, entry] of entries.entries()) {
    await terminal.line(`${(origins[index] ?? '').padEnd(width)}  ${nameOf(entry)}`)
  }
}

function nameOf({ path, document }: BlamedEntry): string {
  return `${visible(path === '' ? '(root)' : path)}${document === 0 ? '' : ` (document ${document + 1})`}`
}

function entryJson({ path, document, commit }: BlamedEntry): unknown {
  return {
    path,
    ...(document === 0 ? {} : { document: document + 1 }),
    ...(commit === undefined ? { commit: null } : { ...commitJson(commit), file: commit.path }),
  }
}
