/**
 * Writes docs/commands.md from the definitions of the commands.
 *
 *   npm run generate:docs              writes it
 *   npm run generate:docs -- --check   writes nothing, exits 1 when it is stale
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { type Command, GROUPS } from '../src/cli/command.ts'
import { commands } from '../src/cli/commands/registry.ts'
import { COMMON_OPTIONS } from '../src/cli/common-options.ts'
import { argumentDefinitions, type Definition, optionDefinition, shownOptions } from '../src/cli/help.ts'
import { usageLine } from '../src/cli/parse-positionals.ts'
import { exitStatusTable } from './exit-status-table.ts'

const file = fileURLToPath(new URL('../docs/commands.md', import.meta.url))
const after = render(await Promise.all(commands.map(({ load }) => load())))
const before = existsSync(file) ? readFileSync(file, 'utf8') : ''

if (after !== before && process.argv.includes('--check')) {
  process.stderr.write('docs/commands.md is stale: run npm run generate:docs\n')
  process.exitCode = 1
} else if (after !== before) writeFileSync(file, after)

function render(all: readonly Command[]): string {
  const groups = GROUPS.flatMap((group) => {
    const members = all.filter((command) => command.group === group)
    return members.length === 0 ? [] : [{ group, members }]
  })
  const blocks = [
    '<!-- Written by `npm run generate:docs` from src/cli/commands. Changes are made there. -->',
    '# Commands',
    'Results go to standard output and nothing else does; notes, warnings, errors and questions go to standard error.',
    contents(groups),
    '## Options of every command',
    definitionTable('option', Object.entries(COMMON_OPTIONS).map(optionDefinition)),
    'Commands that a program may read take `--json`: results on standard output, and on standard error one JSON document in each line, `{"error": {code, message, hint, place, details, status}}` or `{"warning": {message, hint}}`.',
    ...groups.flatMap(({ group, members }) => [`## ${capitalised(group)}`, ...members.flatMap(describe)]),
    '## Exit statuses',
    'Numbers are those of sops where the meaning is the same, so that scripts around sops go on working.',
    exitStatusTable(),
  ]
  return `${blocks.join('\n\n')}\n`
}

function contents(groups: readonly { readonly group: string; readonly members: readonly Command[] }[]): string {
  const rows = groups.map(
    ({ group, members }) => `| ${group} | ${members.map(({ name }) => `[\`${name}\`](#secrets-${name})`).join(', ')} |`,
  )
  return ['| group | commands |', '|---|---|', ...rows].join('\n')
}

function describe(command: Command): readonly string[] {
  const own = shownOptions(command).filter(([name]) => !(name in COMMON_OPTIONS))
  return [
    `### secrets ${command.name}`,
    `${capitalised(command.summary)}.`,
    fenced([usageLine(command)]),
    ...(command.description ?? []),
    ...tableUnlessEmpty('argument', argumentDefinitions(command)),
    ...tableUnlessEmpty('option', command.passThrough === true ? [] : own.map(optionDefinition)),
    fenced(command.examples.flatMap(({ line, description }) => [`# ${description}`, line])),
  ]
}

function fenced(lines: readonly string[]): string {
  return ['```sh', ...lines, '```'].join('\n')
}

function tableUnlessEmpty(heading: string, rows: readonly Definition[]): readonly string[] {
  return rows.length === 0 ? [] : [definitionTable(heading, rows)]
}

function definitionTable(heading: string, rows: readonly Definition[]): string {
  const lines = rows.map(([term, meaning]) => `| \`${escaped(term.trim())}\` | ${escaped(meaning)} |`)
  return [`| ${heading} | meaning |`, '|---|---|', ...lines].join('\n')
}

function escaped(text: string): string {
  return text.replaceAll('|', '\\|')
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
