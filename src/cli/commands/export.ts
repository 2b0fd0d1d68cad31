import { choiceOptions } from '../choice/choice-options.ts'
import { exportToCiOptions } from '../ci/ci-options.ts'
import { exportToCi } from '../ci/export-to-ci.ts'
import { type Command, defineCommand } from '../command.ts'
import { exportOptions } from '../export/export-options.ts'
import { exportValues } from '../export/export-values.ts'

/** `secrets export` */
export const command: Command = defineCommand({
  name: 'export',
  group: 'pipeline',
  summary: 'write values for another program, in its own format',
  writes: ({ output }) => output !== undefined && output !== '-',
  description: [
    'Writes the values of all files of the targets the way that another program reads them. What that program would read ' +
      'back differently is not written: every such entry is named, with the reason and with what holds it.',
    'Prints to a pipe or a file; a terminal only gets values with --output -. A file that is written is readable by its owner alone, ' +
      'also where it was there before; it is never written through a link, nor where git would take it.',
    'Flat formats call an entry as "secrets run" does: keys and list indices joined by _. Others keep the tree and the types.',
    'A command that needs no file is safer: secrets run -- COMMAND.',
  ],
  examples: [
    {
      line: 'v=$(secrets export staging --format sh) && eval "$v"',
      description: 'variables of this shell, or an error',
    },
    {
      line: 'secrets export production --format dotenv --dialect docker --output app.env',
      description: 'for docker run --env-file',
    },
    { line: 'secrets export production --format json | jq keys', description: 'the tree of values for a program' },
    {
      line: 'secrets export staging --format dotenv --portable --output .env',
      description: 'an .env file for every reader',
    },
    { line: 'secrets export staging --ci auto', description: 'variables of the steps that follow in a pipeline' },
  ],
  positionals: { targets: { arity: 'some', description: 'environments, files or globs', complete: 'target' } },
  options: { ...exportOptions, ...exportToCiOptions, ...choiceOptions },
  async run(args, context) {
    if (args.ci !== undefined) return exportToCi(args.ci, args, context)
    await exportValues(args, context)
  },
})
