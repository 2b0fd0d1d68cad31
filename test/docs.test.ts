/** The documents: links lead somewhere, command lines can be typed, and the README holds what CI takes from it. */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { dirname, join, posix, relative } from 'node:path'
import * as assert from 'uvu/assert'
import { chooseCommand } from '../src/cli/choose-command.ts'
import { type CommandDescription, dashed } from '../src/cli/command.ts'
import { commands } from '../src/cli/commands/registry.ts'
import { optionsOf } from '../src/cli/common-options.ts'
import { parseArguments } from '../src/cli/parse-arguments.ts'
import { filesBelow, projectRoot, readProjectFile } from './support/imports.ts'
import { commandLines, commandSpans, type DocumentLine, headingSlugs, relativeLinks } from './support/markdown.ts'
import { suite } from './support/suite.ts'

const documents = [
  'README.md',
  'SECURITY.md',
  'CONTRIBUTING.md',
  ...['docs', 'examples', '.changeset'].flatMap((folder) => filesBelow(folder, '.md')),
]

suite('documents', (test) => {
  test('there are the ones that people look for', () => {
    for (const name of ['docs/format.md', 'docs/threat-model.md', 'docs/keys.md', 'examples/shop/README.md']) {
      assert.ok(documents.includes(name), name)
    }
  })

  test('every page is found from the list of documents or the README', () => {
    const entrances = ['README.md', 'docs/README.md', 'examples/README.md']
    const linked = entrances.flatMap((from) =>
      relativeLinks(readProjectFile(from)).map(({ text }) => posix.join(posix.dirname(from), text.replace(/#.*/, ''))),
    )
    const pages = documents.filter((name) => /^(docs|examples)\//.test(name) && !entrances.includes(name))
    // Of a folder that is linked, all pages are.
    const lost = pages.filter((name) => !linked.includes(name) && !linked.includes(posix.dirname(name)))
    assert.ok(pages.length > 10)
    assert.equal(lost, [])
  })

  for (const name of documents) {
    test(`${name}: every relative link leads to a file and a heading`, () => {
      const broken = relativeLinks(readProjectFile(name)).filter(({ text }) => !leadsSomewhere(text, name))
      assert.equal(broken.map(shown), [])
    })

    test(`${name}: every command line can be typed`, async () => {
      const problems = await Promise.all(commandLines(readProjectFile(name)).map(problemOfLine))
      assert.equal(problems.flat(), [])
    })

    test(`${name}: every command that is mentioned is there, with its options`, async () => {
      const problems = await Promise.all(commandSpans(readProjectFile(name)).map(problemOfSpan))
      assert.equal(problems.flat(), [])
    })
  }

  test('the checks see what they are to see', async () => {
    const text =
      '# A b\n[x](no.md) [y](#a-b)\n```sh\nsecrets encript a.yaml\n$ X=1 secrets set a --nonsense # c\n```\n`secrets gett`'
    assert.equal(relativeLinks(text).map(shown), ['2: no.md', '2: #a-b'])
    assert.equal([...headingSlugs(text)], ['a-b'])
    assert.is((await Promise.all(commandLines(text).map(problemOfLine))).flat().length, 2)
    assert.is((await Promise.all(commandSpans(text).map(problemOfSpan))).flat().length, 1)
  })

  test('the README is short, and holds the two lines that CI takes from it', () => {
    const lines = readProjectFile('README.md').split('\n')
    assert.ok(lines.length < 200, String(lines.length))
    const taken = lines.flatMap((line) => /^(?:\$ )?(npm ci && npm .*)$/.exec(line)?.[1] ?? [])
    assert.equal(taken, ['npm ci && npm run demo', 'npm ci && npm test'])
  })
})

function shown({ line, text }: DocumentLine): string {
  return `${line}: ${text}`
}

function leadsSomewhere(link: string, from: string): boolean {
  const [path = '', heading] = link.split('#')
  const target = path === '' ? join(projectRoot, from) : join(projectRoot, dirname(from), path)
  if (relative(projectRoot, target).startsWith('..') || !existsSync(target)) return false
  if (heading === undefined) return true
  return statSync(target).isFile() && headingSlugs(readFileSync(target, 'utf8')).has(heading)
}

/** `words` as the program would read them. */
async function problemOfLine({ line, text, words }: DocumentLine): Promise<readonly string[]> {
  try {
    const choice = chooseCommand(words, commands)
    if (choice.kind === 'command') parseArguments(await choice.entry.load(), [...choice.before, ...choice.behind])
    return []
  } catch (error) {
    return [`${line}: ${text}: ${error instanceof Error ? error.message : String(error)}`]
  }
}

/** A mention may leave arguments out; its command and its options have to be there. */
async function problemOfSpan({ line, text, words }: DocumentLine): Promise<readonly string[]> {
  const [name = '', ...rest] = words
  if (/^[A-Z…-]/.test(name)) return []
  const entry = commands.find((one) => one.name === name)
  if (entry === undefined) return [`${line}: ${text}: no such command`]
  const end = rest.indexOf('--')
  const options = (end === -1 ? rest : rest.slice(0, end)).filter((word) => word.startsWith('--'))
  const command = await entry.load()
  return options.filter((option) => !isOption(command, option)).map((option) => `${line}: ${text}: no ${option}`)
}

function isOption(command: CommandDescription, option: string): boolean {
  const names = Object.keys(optionsOf(command)).map((name) => `--${dashed(name)}`)
  return names.includes(option.replace(/=.*/, ''))
}
