import { execFileSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import type { CiHandOver, CiSystem, CiVariables, HandedValue } from '../../../src/pipeline/ci/ci-system.ts'
import { ciSystems } from '../../../src/pipeline/ci/systems/registry.ts'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { AWKWARD, VALUES } from './awkward-values.ts'
import { systemOf } from './ci-samples.ts'
import {
  readAzureCommand,
  readGithubCommand,
  readGithubFile,
  readShellExports,
  readTeamcityMessage,
} from './vendor-readers.ts'

const RUNS = { numRuns: 300 * Number(process.env['SECRETS_TEST_RUNS'] ?? 1) }

let delimiters = 0
function newDelimiter(): string {
  delimiters += 1
  return `delimiter_${delimiters}`
}

function plan(system: CiSystem, values: readonly HandedValue[], env: CiVariables = {}): CiHandOver {
  const made = system.handOver?.(values, env, newDelimiter)
  if (made === undefined) throw new Error(`${system.id} hands nothing over`)
  return made
}

function expected(values: readonly HandedValue[]): readonly (readonly [string, string])[] {
  return values.map(({ name, text }) => [name, text] as const)
}

/** The one text that is appended, and the variable that says where to. */
function appended({ appends = [] }: CiHandOver): { readonly variable: string; readonly text: string } {
  assert.is(appends.length, 1)
  return appends[0] ?? { variable: '', text: '' }
}

suite('values for later steps', (test) => {
  for (const id of ['github', 'gitea', 'forgejo']) {
    test(`${id}: the runner reads what was written, whatever it is`, async () => {
      const system = await systemOf(id)
      const check = fc.property(VALUES, (values) => {
        const { variable, text } = appended(plan(system, values))
        assert.is(variable, 'GITHUB_ENV')
        assert.equal([...readGithubFile(text)], expected(values))
      })
      fc.assert(check, RUNS)
    })

    // Runners of act's kind misread some masks: act-commands.test.ts.
    if (id !== 'github') continue

    test(`${id}: a runner on Windows reads it too, or the value is refused`, async () => {
      const system = await systemOf(id)
      const env = { RUNNER_OS: 'Windows' }
      const check = fc.property(VALUES, (values) => {
        const kept = values.filter((value) => system.problem?.(value, env) === undefined)
        assert.equal([...readGithubFile(appended(plan(system, kept, env)).text, 'windows')], expected(kept))
        for (const value of values) assert.is(kept.includes(value), !value.text.endsWith('\r'))
      })
      fc.assert(check, RUNS)
    })

    test(`${id}: masks are commands of one line, one for each text`, async () => {
      const system = await systemOf(id)
      const check = fc.property(fc.uniqueArray(AWKWARD, { minLength: 1 }), (masks) => {
        const lines = plan(system, [{ name: 'A', text: 'x', masks }]).masks ?? []
        assert.equal(
          lines.map((line) => readGithubCommand(line)),
          masks.map((data) => ({ command: 'add-mask', data })),
        )
        for (const line of lines) assert.not.match(line, /[\r\n]/)
      })
      fc.assert(check, RUNS)
    })
  }

  test('github: a delimiter that stands in the text is made longer', async () => {
    const system = await systemOf('github')
    const value = { name: 'A', text: 'x\nsame\ny', masks: [] }
    let count = 0
    const made = system.handOver?.([value], {}, () => {
      count += 1
      return count === 1 ? 'same' : 'other'
    })
    assert.equal([...readGithubFile(made?.appends?.[0]?.text ?? '')], [['A', value.text]])
  })

  test('github: names that the runner keeps for itself are refused', async () => {
    const system = await systemOf('github')
    const problemOf = (name: string): string | undefined => system.problem?.({ name, text: 'x', masks: [] }, {})
    for (const name of [
      'GITHUB_TOKEN',
      'RUNNER_OS',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
      'NODE_OPTIONS',
      'node_options',
    ]) {
      assert.ok(problemOf(name), name)
    }
    for (const name of ['MY_GITHUB_TOKEN', 'PASSWORD', 'NODE_OPTIONS_X']) assert.is(problemOf(name), undefined, name)
  })

  test('azure: the agent reads what was written, and every mask, or the value is refused', async () => {
    const system = await systemOf('azure')
    const env = { SYSTEM_UNSAFEALLOWMULTILINESECRET: 'true' }
    const check = fc.property(VALUES, (values) => {
      for (const value of values) assert.is(system.problem?.(value, env), undefined)
      const { masks = [], commands = [] } = plan(system, values, env)
      for (const line of [...masks, ...commands]) assert.not.match(line, /[\r\n]/)
      const read = commands.map((line) => readAzureCommand(line))
      assert.equal(
        read.map((command) => [command?.properties.get('variable'), command?.data]),
        expected(values),
      )
      assert.ok(read.every((command) => command?.command === 'task.setvariable'))
      assert.ok(read.every((command) => command?.properties.get('issecret') === 'true'))
      assert.equal(
        masks.map((line) => readAzureCommand(line)),
        values.length === 0 ? [] : [{ command: 'task.setsecret', properties: new Map(), data: 'mask of %0A] it' }],
      )
    })
    fc.assert(check, RUNS)
  })

  test('azure: what is not masked is no secret variable', async () => {
    const { commands } = plan(await systemOf('azure'), [{ name: 'PORT', text: '5432', masks: [] }])
    assert.equal(commands, ['##vso[task.setvariable variable=PORT]5432'])
  })

  test('azure: reserved names, several lines, and percent signs that the agent would not undo are refused', async () => {
    const system = await systemOf('azure')
    const problemOf = (name: string, text: string, env: CiVariables = {}): string | undefined =>
      system.problem?.({ name, text, masks: ['x'] }, env)
    for (const name of ['secretKey', 'ENDPOINT_URL', 'path_x', 'SecureFile', 'input'])
      assert.ok(problemOf(name, 'x'), name)
    assert.ok(problemOf('A', 'x\ny'))
    assert.ok(problemOf('A', 'x\ry'))
    assert.is(problemOf('A', 'x\ny', { SYSTEM_UNSAFEALLOWMULTILINESECRET: 'TRUE' }), undefined)
    assert.is(system.problem?.({ name: 'A', text: 'x\ny', masks: [] }, {}), undefined)
    assert.is(problemOf('A', '100%'), undefined)
    assert.ok(problemOf('A', '100%', { DECODE_PERCENTS: 'false' }))
    const { masks } = plan(system, [{ name: 'A', text: 'x', masks: ['a%20b', 'c'] }], { DECODE_PERCENTS: 'false' })
    assert.equal(masks, ['##vso[task.setsecret]c'])
  })

  test('azure: the pipeline file has to map secret variables, which is told without a value', async () => {
    const { advice } = plan(await systemOf('azure'), [{ name: 'TOKEN', text: 'hidden', masks: ['hidden'] }])
    assert.equal(advice, ['secret variables reach a step by its env alone: { TOKEN: $(TOKEN) }'])
  })

  test('circleci: a shell reads what was written', async () => {
    const system = await systemOf('circleci')
    const check = fc.property(VALUES, (values) => {
      const { variable, text } = appended(plan(system, values))
      assert.is(variable, 'BASH_ENV')
      assert.equal([...readShellExports(text)], expected(values))
    })
    fc.assert(check, RUNS)
  })

  test('circleci: sh itself reads it', async (context) => {
    if (process.platform === 'win32') context.skip('Windows has no sh')
    const values = fc.sample(AWKWARD, 60).map((text, index) => ({ name: `V${index}`, text, masks: [] }))
    const file = join(temporaryFolder(context), 'env')
    writeFileSync(file, appended(plan(await systemOf('circleci'), values)).text)
    const print =
      'process.stdout.write(JSON.stringify(Object.entries(process.env).filter(([name]) => /^V\\d+$/.test(name))))'
    const output = execFileSync('sh', ['-c', `. "$1"; exec "$2" -e "$3"`, 'sh', file, process.execPath, print])
    const read: readonly (readonly [string, string])[] = JSON.parse(output.toString())
    assert.equal(new Map(read), new Map(expected(values)))
  })

  test('teamcity: the server reads what was written', async () => {
    const system = await systemOf('teamcity')
    const check = fc.property(VALUES, (values) => {
      const read = (plan(system, values).commands ?? []).map((line) => readTeamcityMessage(line))
      assert.equal(
        read.map((message) => [message.get(''), message.get('name'), message.get('value')]),
        values.map(({ name, text }) => ['setParameter', `env.${name}`, text]),
      )
    })
    fc.assert(check, RUNS)
  })

  test('teamcity: messages are ASCII', async () => {
    const { commands = [] } = plan(await systemOf('teamcity'), [{ name: 'A', text: 'ö😀\u2028', masks: [] }])
    assert.equal(commands, ["##teamcity[setParameter name='env.A' value='|0x00F6|0xD83D|0xDE00|0x2028']"])
  })

  test('buildkite: its agent gets the masks, and then the variables, by its standard input', async () => {
    const system = await systemOf('buildkite')
    const check = fc.property(VALUES, (values) => {
      const { programs = [], masks, appends, commands } = plan(system, values)
      assert.equal([masks, appends, commands], [undefined, undefined, undefined])
      const setter = programs.at(-1)
      assert.equal(setter?.command.slice(0, 3), ['buildkite-agent', 'env', 'set'])
      assert.equal(Object.entries(parsed(setter?.input)), expected(values))
      if (values.length === 0) return
      assert.equal(programs[0]?.command.slice(0, 3), ['buildkite-agent', 'redactor', 'add'])
      assert.equal(Object.values(parsed(programs[0]?.input)), ['mask of %0A] it'])
      for (const { command } of programs)
        for (const { text } of values) if (text.length > 3) assert.not.ok(command.includes(text))
    })
    fc.assert(check, RUNS)
    assert.ok(system.problem?.({ name: 'BUILDKITE_TOKEN', text: 'x', masks: [] }, {}))
    assert.is(system.problem?.({ name: 'BUILDKITEN', text: 'x', masks: [] }, {}), undefined)
  })

  test('systems without a way that keeps values secret say so, and what to do', async () => {
    const refusing: string[] = []
    for (const { id } of ciSystems) {
      const system = await systemOf(id)
      const { refusal } = system
      if (system.handOver === undefined) refusing.push(id)
      assert.is(refusal === undefined && system.handOver === undefined, false, id)
      if (refusal === undefined) continue
      assert.match(refusal.hint, /secrets (run --redact|ci)/, id)
      assert.match(refusal.message, /^\S.*[^.]$/, id)
    }
    assert.equal(refusing, [
      'appveyor',
      'bitbucket',
      'cirrus',
      'codebuild',
      'drone',
      'github-output',
      'gitlab',
      'gitlab-dotenv',
      'jenkins',
      'travis',
      'woodpecker',
    ])
  })
})

function parsed(json: string | undefined): object {
  const value: unknown = JSON.parse(json ?? '')
  if (typeof value !== 'object' || value === null) throw new Error('no object')
  return value
}
