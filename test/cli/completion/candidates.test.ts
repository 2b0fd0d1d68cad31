import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../../support/suite.ts'
import { temporaryFolder } from '../../support/temporary-folder.ts'
import { candidatesIn } from './candidates-in.ts'

const CONFIG = `version: 1
recipients:
  alice: age1l42jslpnmaxqvqwr84w5l27xuv2mlqygl4s87s84tljqw9aqae7smp4936
environments:
  staging:
    files: staging.json
    recipients: [alice]
  production:
    files: production.json
    recipients: [alice]
`

suite('completion candidates', (test) => {
  test('commands, but none that are hidden', async () => {
    const { values } = await candidatesIn('/nowhere', [''])
    assert.ok(values.includes('keygen') && values.includes('completion'))
    assert.not.ok(values.includes('complete'))
    assert.equal((await candidatesIn('/nowhere', ['keyg'])).values, ['keygen'])
    assert.equal((await candidatesIn('/nowhere', ['help', 'keyg'])).values, ['keygen'])
    assert.equal((await candidatesIn('/nowhere', ['-q', 'keyg'])).values, ['keygen'])
  })

  test('options, not those that are given already', async () => {
    assert.equal((await candidatesIn('/nowhere', ['keygen', '--o'])).values, ['--output'])
    assert.equal((await candidatesIn('/nowhere', ['keygen', '--output', 'x', '--o'])).values, [])
    assert.equal((await candidatesIn('/nowhere', ['--no'])).values, ['--no-color'])
  })

  test('values of options, in both spellings, and choices', async () => {
    for (const words of [['--output', ''], ['-o', ''], ['--output='], ['--post-quantum', '--output', 'x']])
      assert.equal(await candidatesIn('/nowhere', ['keygen', ...words]), { values: [], shell: ':files' })
    assert.equal((await candidatesIn('/nowhere', ['completion', 'z'])).values, ['zsh'])
    assert.equal((await candidatesIn('/nowhere', ['--config', ''])).shell, ':files')
    assert.equal((await candidatesIn('/nowhere', ['probe', '--kind=o'])).values, ['--kind=one'])
  })

  test('environments and recipients of the project', async (context) => {
    const cwd = temporaryFolder(context)
    writeFileSync(join(cwd, '.secretsrc'), CONFIG)
    assert.equal(await candidatesIn(cwd, ['probe', '']), { values: ['staging', 'production'], shell: ':files' })
    assert.equal((await candidatesIn(cwd, ['probe', 'st'])).values, ['staging'])
    assert.equal((await candidatesIn(cwd, ['probe', '--for', ''])).values, ['alice'])
    assert.equal((await candidatesIn(cwd, ['probe', '--for=a'])).values, ['--for=alice'])
    assert.equal((await candidatesIn(cwd, ['probe', '--environment', 'p'])).values, ['production'])
  })

  test('formats', async () => {
    const { values } = await candidatesIn('/nowhere', ['probe', '--format', ''])
    assert.ok(values.includes('json') && values.includes('dotenv'))
  })

  test('paths inside a file, encrypted or not, without its metadata', async (context) => {
    const cwd = temporaryFolder(context)
    const content = {
      db: { 'user.name': 'ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]', hosts: ['a', 'b'] },
      sops: { mac: 'm' },
    }
    writeFileSync(join(cwd, 'a.json'), JSON.stringify(content))
    const { values } = await candidatesIn(cwd, ['probe', 'a.json', ''])
    assert.equal(values, ['db', 'db."user.name"', 'db.hosts', 'db.hosts[0]', 'db.hosts[1]'])
    assert.equal((await candidatesIn(cwd, ['probe', 'a.json', 'db.h'])).values, values.slice(2))
  })

  test('nothing behind the last argument, files behind --', async () => {
    assert.equal(await candidatesIn('/nowhere', ['keygen', '']), { values: [], shell: undefined })
    assert.equal(await candidatesIn('/nowhere', ['probe', '--', '']), { values: [], shell: ':files' })
  })

  test('is silent whatever is wrong', async (context) => {
    const cwd = temporaryFolder(context)
    mkdirSync(join(cwd, 'folder.json'))
    writeFileSync(join(cwd, '.secretsrc'), 'not: [a, configuration')
    writeFileSync(join(cwd, 'broken.json'), '{"a": ')
    for (const words of [
      ['nonsense', ''],
      ['probe', 'missing.json', ''],
      ['probe', 'broken.json', ''],
      ['probe', 'folder.json', ''],
    ])
      assert.equal((await candidatesIn(cwd, words)).values, [])
    assert.equal(await candidatesIn(cwd, ['probe', '']), { values: [], shell: ':files' })
  })

  test('never proposes a name that would act on the terminal or talk to the shell', async (context) => {
    const cwd = temporaryFolder(context)
    writeFileSync(join(cwd, 'a.json'), JSON.stringify({ 'a\nb': 1, ':files': 1, '\u001b[2J': 1, good: 1 }))
    const { values } = await candidatesIn(cwd, ['probe', 'a.json', ''])
    assert.ok(values.includes('good'))
    for (const value of values) assert.not.match(value, /[\p{Cc}]|^:/u)
  })
})
