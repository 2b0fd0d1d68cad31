import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { commands } from '../src/cli/commands/registry.ts'
import { formats } from '../src/formats/kinds/registry.ts'
import { keyProviders } from '../src/keys/providers/registry.ts'
import { projectRoot } from './support/imports.ts'
import { isolatedEnvironment } from './support/isolated-environment.ts'
import { runProgram } from './support/run-program.ts'
import { suite } from './support/suite.ts'

const registries = {
  commands: { entries: commands, names: commands.map(({ name }) => name) },
  formats: { entries: formats, names: formats.map(({ name }) => name) },
  keyProviders: { entries: keyProviders, names: keyProviders.map(({ id }) => id) },
}

suite('registries', (test) => {
  test('they list what lies in their folders: npm run generate', async () => {
    const script = join('scripts', 'generate-registries.ts')
    const options = { cwd: projectRoot, env: isolatedEnvironment(projectRoot) }
    const result = await runProgram(process.execPath, ['--import', 'tsx', script, '--check'], options)
    assert.is(result.status, 0, result.stderr)
  })

  for (const [name, { entries, names }] of Object.entries(registries)) {
    test(`${name}: sorted, each once, and what is listed loads`, async () => {
      assert.ok(names.length > 0)
      assert.equal(names, [...new Set(names)].sort())
      for (const entry of entries) assert.is((await entry.load()).summary, entry.summary)
    })
  }

  test('no two key providers claim one reference', () => {
    const references = ['age1x', 'age1pq1x', 'arn:aws:kms:eu-west-1:1:key/1', 'ssh-ed25519 AAAA']
    for (const reference of references) {
      const claiming = keyProviders.filter(({ pattern }) => new RegExp(pattern).test(reference))
      assert.ok(claiming.length <= 1, reference)
    }
  })

  test('no two formats claim one extension, no two commands one name or alias', () => {
    const extensions = formats.flatMap((format) => format.extensions)
    assert.is(new Set(extensions).size, extensions.length)
    const calls = commands.flatMap(({ name, aliases }) => [name, ...aliases])
    assert.is(new Set(calls).size, calls.length)
  })
})
