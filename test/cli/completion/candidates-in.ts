import * as assert from 'uvu/assert'
import { type Command, defineCommand } from '../../../src/cli/command.ts'
import { runCommandLine } from '../../../src/cli/command-line.ts'
import { commands } from '../../../src/cli/commands/registry.ts'
import { completeCommand } from '../../../src/cli/completion/complete-command.ts'
import { captured, entryOf } from '../in-process.ts'

const PROBE: Command = defineCommand({
  name: 'probe',
  group: 'daily',
  summary: 'take one of everything',
  examples: [],
  positionals: {
    target: { arity: 'one', description: 'a target', complete: 'target' },
    entryPath: { arity: 'optional', description: 'a path', complete: 'path' },
  },
  options: {
    for: { type: 'strings', description: 'a recipient', complete: 'recipient' },
    environment: { type: 'string', description: 'an environment', complete: 'environment' },
    format: { type: 'string', description: 'a format', complete: 'format' },
    kind: { type: 'string', description: 'a kind', choices: ['one', 'two'] },
  },
  rest: { name: 'COMMAND…', description: 'anything', required: false },
  run: async () => 0,
})

/** What `secrets complete` proposes for `words` in a folder, with a command `probe` that takes one of everything. */
export async function candidatesIn(
  cwd: string,
  words: readonly string[],
): Promise<{ readonly values: readonly string[]; readonly shell: string | undefined }> {
  const { environment, stdout, stderr } = captured({ cwd })
  const known = [...commands.filter(({ name }) => name !== 'complete'), entryOf(PROBE)]
  const complete = entryOf(completeCommand(() => known))
  assert.is(await runCommandLine(['complete', '--', ...words], environment, [...known, complete]), 0)
  assert.is(stderr(), '')
  const lines = stdout().split('\n').slice(0, -1)
  return {
    values: lines.flatMap((line) => (line.startsWith(':') ? [] : [line.split('\t')[0] ?? ''])),
    shell: lines.find((line) => line.startsWith(':')),
  }
}
