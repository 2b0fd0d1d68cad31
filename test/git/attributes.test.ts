import { mkdirSync } from 'node:fs'
import { join, sep } from 'node:path'
import * as assert from 'uvu/assert'
import { attributesState } from '../../src/git/attributes.ts'
import { readSecretsrc } from '../../src/project/read-secretsrc.ts'
import { readSopsConfig } from '../../src/project/read-sops-config.ts'
import { gitSandbox } from '../support/git-sandbox.ts'
import { sealed } from '../support/sealing.ts'
import { suite } from '../support/suite.ts'

const KEY = 'age18c9frhelygdd48dt0k0pcy9wcn2m9sn22qjej84ly2gqvdd8z5qq6vf0sn'

suite('attributes', (test) => {
  test('git gives the filter to what an environment claims, and to nothing else', async (context) => {
    const sandbox = await gitSandbox(context)
    const { folder } = sandbox
    const patterns = ['a b/*.yaml', '{x,y}/**', 'q"t/[!a]?.env', '**/deep/*.json', 'plain.yaml']
    const files = JSON.stringify(patterns)
    const config = `version: 1\nrecipients: {a: ${KEY}}\nenvironments: {e: {files: ${files}, recipients: [a]}}\n`
    const project = await readSecretsrc(Buffer.from(config), join(folder, '.secretsrc'))
    const { change, state } = await attributesState(project, folder)
    assert.is(state, 'missing')
    sandbox.write('.gitattributes', change?.content ?? '')
    assert.is((await attributesState(project, folder)).state, 'current')
    const paths = ['a b/c.yaml', 'a b/c/d.yaml', 'x/1', 'y/1/2', 'z/1', 'q"t/bc.env', 'q"t/ac.env', 'deep/a.json']
    const more = ['o/p/deep/a.json', 'plain.yaml', 'other/plain.yaml', 'x/.gitattributes', '.secretsrc', 'x/.sops.yaml']
    for (const path of [...paths, ...more]) {
      const { stdout } = await sandbox.git('check-attr', '-z', 'filter', path)
      const claimed = project.environments[0]?.patterns.some((pattern) => pattern.matches(path)) === true
      assert.is(stdout.split('\0')[2], claimed ? 'secrets' : 'unspecified', path)
    }
  })

  test('what only regular expressions cover is named file by file, as far as it is encrypted', async (context) => {
    const sandbox = await gitSandbox(context)
    const { folder } = sandbox
    const encrypted = await sealed('yaml', 'a: b\n')
    for (const path of ['secrets/a.yaml', 'secrets/with [sign]* and blank.yaml']) sandbox.write(path, encrypted)
    sandbox.write('secrets/plain.yaml', 'a: b\n')
    const config = `creation_rules:\n  - path_regex: secrets/.*\n    age: ${KEY}\n`
    const project = await readSopsConfig(Buffer.from(config), join(folder, '.sops.yaml'))
    sandbox.write('.gitattributes', (await attributesState(project, folder)).change?.content ?? '')
    for (const [path, filter] of [
      ['secrets/a.yaml', 'secrets'],
      ['secrets/with [sign]* and blank.yaml', 'secrets'],
      ['secrets/with s and blank.yaml', 'unspecified'],
      ['secrets/plain.yaml', 'unspecified'],
    ] as const) {
      assert.is((await sandbox.git('check-attr', '-z', 'filter', path)).stdout.split('\0')[2], filter, path)
    }
    sandbox.write('secrets/new.yaml', encrypted)
    assert.is((await attributesState(project, folder)).state, 'stale')
    // In clear for a while: without its line the next `git add` would store it so.
    sandbox.write('secrets/with [sign]* and blank.yaml', 'a: b\n')
    sandbox.write('.gitattributes', (await attributesState(project, folder)).change?.content ?? '')
    const named = ['secrets/a.yaml', 'secrets/new.yaml', 'secrets/with [sign]* and blank.yaml']
    for (const path of named) {
      assert.is((await sandbox.git('check-attr', '-z', 'filter', path)).stdout.split('\0')[2], 'secrets', path)
    }
    assert.is((await attributesState(project, folder)).state, 'current')
    const other = await readSopsConfig(
      Buffer.from(config.replace('secrets/.*', 'secrets/[an]')),
      join(folder, '.sops.yaml'),
    )
    const { change } = await attributesState(other, folder)
    assert.not.match(Buffer.from(change?.content ?? []).toString(), 'blank')
  })

  test('a line of a file is read back, whatever signs are in its name', async (context) => {
    const sandbox = await gitSandbox(context)
    const { folder } = sandbox
    const project = await readSopsConfig(
      Buffer.from(`creation_rules:\n  - path_regex: .*\n    age: ${KEY}\n`),
      join(folder, '.sops.yaml'),
    )
    const names = [
      'a b.env',
      'q"uote.env',
      'a*b.env',
      'a?b.env',
      '[ab].env',
      'ü.env',
      ...(sep === '/' ? ['b\\n.env', 'n\nl\tt.env'] : []),
    ]
    const encrypted = await sealed('dotenv', 'A=b\n')
    for (const name of names) sandbox.write(name, encrypted)
    sandbox.write('.gitattributes', (await attributesState(project, folder)).change?.content ?? '')
    for (const name of names) sandbox.write(name, 'A=b\n')
    assert.is((await attributesState(project, folder)).state, 'current')
  })

  test('lines stand beside the configuration, or at the top for one that lies above', async (context) => {
    const { folder } = await gitSandbox(context)
    mkdirSync(join(folder, 'sub'))
    const config = Buffer.from(`version: 1\nrecipients: {a: ${KEY}}\nenvironments: {e: {files: x, recipients: [a]}}\n`)
    const below = await readSecretsrc(config, join(folder, 'sub', '.secretsrc'))
    assert.is((await attributesState(below, folder)).file, join(folder, 'sub', '.gitattributes'))
    const above = await readSecretsrc(config, join(folder, '.secretsrc'))
    assert.is((await attributesState(above, join(folder, 'sub'))).file, join(folder, 'sub', '.gitattributes'))
  })
})
