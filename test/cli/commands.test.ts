import * as assert from 'uvu/assert'
import { type Command, dashed } from '../../src/cli/command.ts'
import { commands } from '../../src/cli/commands/registry.ts'
import { COMMON_OPTIONS, optionsOf } from '../../src/cli/common-options.ts'
import { renderCommandHelp, renderOverview } from '../../src/cli/help.ts'
import { parseArguments } from '../../src/cli/parse-arguments.ts'
import { suite } from '../support/suite.ts'

const all: readonly Command[] = await Promise.all(commands.map(({ load }) => load()))
const shown = all.filter(({ group }) => group !== 'hidden')

/** What only a shell could take apart. */
const SHELL = /[|<>$;&'"(\\*]/

suite('every command', (test) => {
  test('has a name and aliases of its own', () => {
    const names = commands.flatMap(({ name, aliases }) => [name, ...aliases])
    assert.is(new Set(names).size, names.length)
    assert.ok(names.includes('keygen'))
    for (const name of names) assert.match(name, /^[a-z][a-z-]*$/)
  })

  test('describes itself in the style of all others', () => {
    for (const { name, summary, options = {}, positionals = {} } of shown) {
      const texts = [
        summary,
        ...[...Object.values(options), ...Object.values(positionals)].map((spec) => spec.description),
      ]
      for (const text of texts) {
        assert.match(text, /[^.\s]$/, `${name}: "${text}" ends with a full stop or a blank`)
        assert.match(text, /^(?:[^A-Z]|[A-Z]+\b)/, `${name}: "${text}" begins with a capital`)
      }
      assert.ok(summary.length <= 60, `${name}: the summary is too long`)
    }
  })

  test('has help that fits a terminal', () => {
    for (const text of [renderOverview(commands), ...shown.map(renderCommandHelp)]) {
      const long = text.split('\n').filter((line) => line.length > (line.startsWith('  secrets ') ? 100 : 80))
      assert.equal(long, [])
    }
  })

  test('leaves the common options and their letters alone', () => {
    for (const { name, options = {} } of all) {
      for (const option of ['json', ...Object.keys(COMMON_OPTIONS)])
        assert.not.ok(option in options, `${name}: ${option}`)
      const spellings = Object.entries(options).flatMap(([option, { alias }]) => [dashed(option), alias ?? []].flat())
      const common = Object.values(COMMON_OPTIONS).flatMap(({ alias }) => alias ?? [])
      assert.is(new Set([...spellings, ...common]).size, spellings.length + common.length, name)
    }
  })

  test('names only options that exist as conflicting', () => {
    for (const command of all) {
      const table = optionsOf(command)
      for (const { conflicts = [] } of Object.values(table))
        for (const other of conflicts) assert.ok(other in table, `${command.name}: ${other}`)
    }
  })

  test('has examples that it takes', () => {
    for (const command of shown) {
      assert.ok(command.examples.length > 0, command.name)
      for (const { line } of command.examples) {
        assert.match(line, `secrets ${command.name}`)
        const words = line.split(' ')
        if (!SHELL.test(line) && words[1] === command.name) parseArguments(command, words.slice(2))
      }
    }
  })
})
