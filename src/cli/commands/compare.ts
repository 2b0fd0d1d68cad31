import { type ComparedFiles, type ComparedSide, compareFiles } from '../../project/compare-files.ts'
import { resolveTargets } from '../../project/targets.ts'
import { type Command, defineCommand } from '../command.ts'
import { compareJson, compareLines } from '../compare-report.ts'
import type { CommandContext } from '../context.ts'

/** Status of `--exit-code` where something is missing or shared. */
const NOT_AS_WANTED = 1

/** `secrets compare` */
export const command: Command = defineCommand({
  name: 'compare',
  group: 'daily',
  summary: 'lay two environments side by side',
  description: [
    'Says for every path whether it is on one side only (< and >), equal (=) or different (~). A secret of eight characters or more that ' +
      'is the same on both sides is pointed out: who may read staging should not thereby know production.',
    'Files are counterparts when their paths are the same but for the names of the environments, or when there is one on each side. ' +
      'Paths are compared without any key; a value that cannot be read is marked with ?.',
    'The exit status is 0; with --exit-code it is 1 where an entry is missing on a side or a secret is shared.',
  ],
  examples: [
    { line: 'secrets compare staging production', description: 'what one of them lacks' },
    { line: 'secrets compare --missing --exit-code staging production', description: 'a check for pipelines' },
    { line: 'secrets compare --reveal .env.local .env.test', description: 'two files, with their values' },
  ],
  positionals: {
    left: { arity: 'one', description: 'environment or file', complete: 'target' },
    right: { arity: 'one', description: 'environment or file to compare it with', complete: 'target' },
  },
  options: {
    missing: { type: 'boolean', description: 'nothing but entries that are on one side only' },
    reveal: { type: 'boolean', description: 'show secret values' },
    exitCode: { type: 'boolean', description: 'end with status 1 if entries are missing or secrets shared' },
  },
  json: true,
  async run({ left, right, missing, reveal, exitCode }, context) {
    const project = await context.projectIfAny()
    const keyring = await context.keyring()
    const sides = { left: await side(left, context), right: await side(right, context) }
    const all = await compareFiles(sides, { project, keyring })
    const found = missing ? all.map(onlyMissing).filter(({ entries }) => entries.length > 0) : all
    const { terminal, json } = context
    const paint = (...[style, text]: Parameters<typeof terminal.paint>): string => terminal.paint(style, text, 'stdout')
    if (json) await terminal.json({ left, right, files: found.map((files) => compareJson(files, reveal)) })
    else for (const files of found) await terminal.line(compareLines(files, { left, right, reveal, paint }).join('\n'))
    if (!json && found.length === 0) terminal.note('nothing is missing on either side')
    return exitCode && found.some(isNotAsWanted) ? NOT_AS_WANTED : 0
  },
})

async function side(name: string, context: CommandContext): Promise<ComparedSide> {
  const project = await context.projectIfAny()
  return { name, files: await resolveTargets([name], { project, cwd: context.cwd }) }
}

function onlyMissing(files: ComparedFiles): ComparedFiles {
  return { ...files, entries: files.entries.filter(({ comparison }) => comparison.endsWith('only')) }
}

function isNotAsWanted({ entries }: ComparedFiles): boolean {
  return entries.some(({ comparison, shared }) => shared || comparison.endsWith('only'))
}
