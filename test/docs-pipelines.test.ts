/** docs/pipelines.md shows parts of the examples, which are judged and played, and says of each system what its code does. */
import { Ajv } from 'ajv'
import * as assert from 'uvu/assert'
import { parse } from 'yaml'
import { ciSystems } from '../src/pipeline/ci/systems/registry.ts'
import { filesBelow, readProjectFile } from './support/imports.ts'
import { suite } from './support/suite.ts'

const page = readProjectFile('docs/pipelines.md')

/** Blocks of code, each with the example that the comment behind it names. */
const quoted = [...page.matchAll(/^```(\w+)\n([^]*?)\n```\n\n?(?:<!-- (\S+) -->)?/gm)].map(
  ([, language = '', text = '', from]) => ({ language, text, from }),
)

/** "Build specification reference for CodeBuild", docs.aws.amazon.com: the parts that the example may use. */
const COMMANDS = { type: 'array', items: { type: 'string' }, minItems: 1 }
const PHASE = {
  type: 'object',
  required: ['commands'],
  additionalProperties: false,
  properties: {
    'run-as': { type: 'string' },
    'on-failure': { type: 'string', pattern: '^(ABORT|CONTINUE|RETRY(-.+)?)$' },
    'runtime-versions': { type: 'object', additionalProperties: { type: ['string', 'number'] } },
    commands: COMMANDS,
    finally: COMMANDS,
  },
}
const BUILDSPEC = {
  type: 'object',
  required: ['version', 'phases'],
  additionalProperties: false,
  properties: {
    version: { const: 0.2 },
    env: {
      type: 'object',
      additionalProperties: false,
      properties: {
        shell: { enum: ['bash', '/bin/sh', 'powershell.exe', 'cmd.exe'] },
        variables: { type: 'object' },
        'parameter-store': { type: 'object' },
        'secrets-manager': { type: 'object' },
      },
    },
    phases: {
      type: 'object',
      additionalProperties: false,
      properties: { install: PHASE, pre_build: PHASE, build: PHASE, post_build: PHASE },
    },
  },
}

suite('docs/pipelines.md', (test) => {
  test('every block of a pipeline is part of an example, line for line', () => {
    for (const { language, text, from } of quoted) {
      if (from === undefined) assert.is(language, 'sh', text)
      else assert.ok(readProjectFile(`examples/${from}`).includes(`${text}\n`), `${from} holds\n${text}`)
    }
  })

  test('every system with an example is shown', () => {
    const shown = new Set(quoted.flatMap(({ from }) => /^ci\/([^/]+)/.exec(from ?? '')?.[1] ?? []))
    const folders = new Set(filesBelow('examples/ci', '').map((path) => path.split('/')[2] ?? ''))
    folders.delete('README.md')
    assert.equal([...shown].sort(), [...folders].sort())
  })

  test('the table says which systems take values for later steps, and which are refused', async () => {
    const rows = [...page.matchAll(/^\| (.+?) \| (yes|refused)(.*?) \|/gm)]
    const words = new Map(rows.map(([, names = '', word = '', more = '']) => [names, `${word}${more}`]))
    for (const entry of ciSystems.filter(({ knownBy }) => knownBy.length > 0)) {
      const system = await entry.load()
      const { name, refusal } = system
      const [, said] = [...words].find(([names]) => namesSystem(names, name)) ?? []
      assert.ok(said !== undefined, `${name} has a row`)
      assert.is(said.startsWith('refused'), refusal !== undefined, name)
      assert.is(said.includes('--allow-unmasked'), refusal !== undefined && system.handOver !== undefined, name)
    }
  })

  test('the buildspec of the example has the form that CodeBuild takes', () => {
    const accepts = new Ajv({ allowUnionTypes: true }).compile(BUILDSPEC)
    const text = readProjectFile('examples/ci/codebuild/buildspec.yml')
    assert.ok(accepts(parse(text)), JSON.stringify(accepts.errors))
    assert.not.ok(accepts(parse(text.replace('pre_build:', 'prebuild:'))))
  })
})

/** `Drone and Woodpecker` in a row stands for both; links are looked through. */
function namesSystem(cell: string, name: string): boolean {
  const [first = ''] = name.split(' ')
  const plain = cell.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1')
  return plain.includes(name) || plain.split(/, | and /).some((part) => part === name || part === first)
}
