import * as assert from 'uvu/assert'
import { type Command, defineCommand } from '../../src/cli/command.ts'
import { renderCommandHelp, renderOverview } from '../../src/cli/help.ts'
import { suite } from '../support/suite.ts'

const FETCH: Command = defineCommand({
  name: 'fetch',
  aliases: ['f'],
  group: 'daily',
  summary: 'fetch one value',
  description: ['Prints the value to the byte, so that nothing has to be cut off again before it can be used.'],
  examples: [{ line: 'secrets fetch production db.password', description: 'one value' }],
  positionals: {
    target: { arity: 'one', description: 'the file' },
    entryPath: { arity: 'many', description: 'paths of entries' },
  },
  options: {
    recipient: { type: 'strings', alias: 'r', value: 'NAME', description: 'for whom' },
    type: { type: 'string', choices: ['str', 'int'], description: 'type of the value' },
    aVeryLongOptionName: { type: 'string', value: 'SOMETHING', description: 'which does not fit its column at all' },
    internal: { type: 'boolean', description: 'not shown', hidden: true },
  },
  rest: { name: 'COMMAND…', description: 'what runs', required: true },
  json: true,
  run: async () => 0,
})

const HELP = `secrets fetch: fetch one value

usage: secrets fetch [OPTIONS] TARGET [ENTRY_PATH…] -- COMMAND…
also: secrets f

Prints the value to the byte, so that nothing has to be cut off again before it
can be used.

arguments:
  TARGET                  the file
  ENTRY_PATH              paths of entries
  -- COMMAND…             what runs

options:
  -r, --recipient NAME    for whom (repeatable)
      --type TYPE         type of the value: str, int
      --a-very-long-option-name SOMETHING
                          which does not fit its column at all
      --json              results and errors as JSON, for programs
      --config FILE       configuration to use (also SECRETS_CONFIG)
  -q, --quiet             no notes, only warnings and errors
      --no-color          no colours (also NO_COLOR)
  -h, --help              show this help
  -v, --version           show the version

examples:
  secrets fetch production db.password
      one value
`

const OVERVIEW = `Keeps the secrets of a project in its repository, encrypted value by value.

usage: secrets COMMAND [OPTIONS] [ARGUMENTS…]

start:
  begin       start here

daily:
  fetch       fetch one value

options of every command:
      --config FILE       configuration to use (also SECRETS_CONFIG)
  -q, --quiet             no notes, only warnings and errors
      --no-color          no colours (also NO_COLOR)
  -h, --help              show this help
  -v, --version           show the version

secrets COMMAND --help shows what a command takes, with examples.
`

suite('help', (test) => {
  test('shows all that a command takes', () => {
    assert.is(renderCommandHelp(FETCH), HELP)
  })

  test('shows the commands by group, not the hidden ones', () => {
    const begin = { name: 'begin', summary: 'start here', group: 'start' } as const
    const hidden = { name: 'lurk', summary: 'hide', group: 'hidden' } as const
    assert.is(renderOverview([FETCH, hidden, begin]), OVERVIEW)
  })
})
